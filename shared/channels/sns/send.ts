import { digest } from '../../base/hash.ts'
import type { RenderedMessage, Send, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import { sendOneByOne } from '../text/one-by-one.ts'
import { fittingBody } from '../webhook/fitting-body.ts'
import { MESSAGE_BYTES, regionOf, type SnsSettings } from './kind.ts'
import { publish } from './publish.ts'

const SUBJECT_CHARS = 99

/**
 * Publishes Alertmanager's webhook body, or the words of a content template, which may be several messages. A topic .fifo drops a
 * message that comes again within five minutes; every other topic sends the message twice.
 */
export const sendToSns: Send<SnsSettings> = async (settings, content, deps) => {
  const { topicArn, targetArn } = settings
  const arn = topicArn ?? targetArn ?? ''
  const { notification, rendered, note, giveUpAt } = content
  const builtIn = (): string => fittingBody(notification, deps.publicUrl, MESSAGE_BYTES, { note })
  const messages = rendered?.single ?? [{ id: content.id, content: rendered?.content ?? builtIn() }]
  const send = ({ id, content: text }: RenderedMessage): Promise<Outcome> => {
    const message = {
      [topicArn === undefined ? 'TargetArn' : 'TopicArn']: arn,
      Message: text,
      ...subjectOf(content),
      ...(arn.endsWith('.fifo') && {
        MessageGroupId: digest([content.account, notification.groupKey], 32),
        MessageDeduplicationId: id,
      }),
    }
    return publish(settings, settings.region ?? regionOf(arn), message, giveUpAt, deps)
  }
  return await sendOneByOne(messages, content, send, deps.clock.now)
}

/** A subject has printable ASCII and begins with none of the blanks; a title in other letters has no subject. */
function subjectOf({ notification, rendered }: Pick<ToSend, 'notification' | 'rendered'>): { Subject?: string } {
  const view = viewOf(notification, { shown: 1 })
  const title = rendered?.title ?? messageText(view, { language: 'en', timeZone: 'UTC' }).subject
  const subject = title.slice(0, SUBJECT_CHARS).trim()
  return /^[\x20-\x7e]+$/.test(subject) ? { Subject: subject } : {}
}
