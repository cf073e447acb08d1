import { digest } from '../../base/hash.ts'
import type { Send, ToSend } from '../../channel/send.ts'
import { messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import { fittingBody } from '../webhook/fitting-body.ts'
import { MESSAGE_BYTES, regionOf, type SnsSettings } from './kind.ts'
import { publish } from './publish.ts'

const SUBJECT_CHARS = 99

/**
 * Publishes Alertmanager's webhook body, or the words of a content template, as one message. A topic .fifo drops a
 * message that comes again within five minutes; every other topic sends the message twice.
 */
export const sendToSns: Send<SnsSettings> = async (settings, content, deps) => {
  const { topicArn, targetArn } = settings
  const arn = topicArn ?? targetArn ?? ''
  const { notification, rendered, note, giveUpAt } = content
  const message = {
    [topicArn === undefined ? 'TargetArn' : 'TopicArn']: arn,
    Message: rendered?.content ?? fittingBody(notification, deps.publicUrl, MESSAGE_BYTES, { note }),
    ...subjectOf(content),
    ...(arn.endsWith('.fifo') && {
      MessageGroupId: digest([content.account, notification.groupKey], 32),
      MessageDeduplicationId: content.id,
    }),
  }
  return await publish(settings, settings.region ?? regionOf(arn), message, giveUpAt, deps)
}

/** A subject has printable ASCII and begins with none of the blanks; a title in other letters has no subject. */
function subjectOf({ notification, rendered }: Pick<ToSend, 'notification' | 'rendered'>): { Subject?: string } {
  const view = viewOf(notification, { shown: 1 })
  const title = rendered?.title ?? messageText(view, { language: 'en', timeZone: 'UTC' }).subject
  const subject = title.slice(0, SUBJECT_CHARS).trim()
  return /^[\x20-\x7e]+$/.test(subject) ? { Subject: subject } : {}
}
