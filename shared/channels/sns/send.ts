import { digest } from '../../base/hash.ts'
import type { Send, ToSend } from '../../channel/send.ts'
import { messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import { awsCodes } from '../aws/answers.ts'
import { awsAccess } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { codeIn } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { fittingBody } from '../webhook/fitting-body.ts'
import { MESSAGE_BYTES, regionOf, type SnsSettings } from './kind.ts'

/** The API of SNS is of the kind “Query”: a form goes in, XML comes out. */
const VERSION = '2010-03-31'
const SUBJECT_CHARS = 99

/**
 * Publishes Alertmanager's webhook body, or the words of a content template, as one message
 * (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). A topic .fifo drops a message that comes again within
 * five minutes; every other topic sends the message twice.
 */
export const sendToSns: Send<SnsSettings> = async (settings, content, deps) => {
  const { topicArn, targetArn } = settings
  const arn = topicArn ?? targetArn ?? ''
  const region = settings.region ?? regionOf(arn)
  const access = awsAccess('sns', region, settings, deps.role)
  if (access === undefined) return noKeys(deps.clock.now())
  const { notification, rendered, note } = content
  const form = {
    Action: 'Publish',
    Version: VERSION,
    [topicArn === undefined ? 'TargetArn' : 'TopicArn']: arn,
    Message: rendered?.content ?? fittingBody(notification, deps.publicUrl, MESSAGE_BYTES, { note }),
    ...subjectOf(content),
    ...(arn.endsWith('.fifo') && {
      MessageGroupId: digest([content.account, notification.groupKey], 32),
      MessageDeduplicationId: content.id,
    }),
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const asked = { service: 'sns', region, path: '/', headers, body: new URLSearchParams(form).toString() } as const
  const { host, result } = await postToAws(access, asked, content.giveUpAt, deps)
  return providerOutcome(result, host, deps.clock.now(), snsAnswers)
}

/** A subject has printable ASCII and begins with none of the blanks; a title in other letters has no subject. */
function subjectOf({ notification, rendered }: Pick<ToSend, 'notification' | 'rendered'>): { Subject?: string } {
  const view = viewOf(notification, { shown: 1 })
  const title = rendered?.title ?? messageText(view, { language: 'en', timeZone: 'UTC' }).subject
  const subject = title.slice(0, SUBJECT_CHARS).trim()
  return /^[\x20-\x7e]+$/.test(subject) ? { Subject: subject } : {}
}

const GONE = { kind: 'dead', reason: 'misconfigured' } as const

const snsAnswers: ProviderAnswers = {
  read({ status, body }) {
    if (status === 200 && /<MessageId>[\w-]+<\/MessageId>/.test(body)) return { taken: true }
    const code = codeIn(/<Code>([^<]{1,100})<\/Code>/.exec(body)?.[1])
    return code === undefined ? undefined : { code }
  },
  codes: {
    ...awsCodes,
    EndpointDisabled: GONE,
    PlatformApplicationDisabled: GONE,
    KMSDisabled: GONE,
    KMSNotFound: GONE,
  },
}
