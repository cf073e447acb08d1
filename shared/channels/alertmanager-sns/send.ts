import { groupKeyHash } from '../alertmanager/group-key.ts'
import { written } from '../alertmanager/written.ts'
import { publish } from '../sns/publish.ts'
import { type AlertmanagerSnsSettings, alertmanagerSnsKind, regionOf } from './kind.ts'

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MESSAGE_BYTES = 256 * 1024
const SUBJECT_CHARS = 99
/** A text message is split by SNS, up to so many characters. */
const PHONE_CHARS = 1600

/**
 * Publishes one message. In Alertmanager every message of a group has the same id, so a topic .fifo drops the messages
 * of the next five minutes, ends too. Here the id is of the notification, and its attempts share the id.
 */
export const sendAlertmanagerSns = written(alertmanagerSnsKind, async (settings, content, deps) => {
  const { topic_arn: topic, phone_number: phone, target_arn: target, sigv4 = {}, api_url: endpoint } = settings
  const { id, notification, giveUpAt } = content
  const [text, cut] = phone === '' ? cutBytes(settings.message) : cutCharacters(settings.message)
  const attributes = { ...settings.attributes, ...(cut && { truncated: 'true' }) }
  const message = {
    ...(topic !== '' && { TopicArn: topic }),
    ...(phone !== '' && { PhoneNumber: phone }),
    ...(target !== '' && { TargetArn: target }),
    Message: text,
    ...subjectOf(settings),
    ...attributeParameters(attributes),
    ...(topic.endsWith('.fifo') && {
      MessageGroupId: groupKeyHash(notification.groupKey),
      MessageDeduplicationId: id,
    }),
  }
  const keys = { accessKeyId: sigv4.access_key, secretAccessKey: sigv4.secret_key, endpoint: originOf(endpoint) }
  const region = regionOf(sigv4.region, [topic, target])
  return await publish(keys, region, message, giveUpAt, deps)
})

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).origin
}

/** A subject has one line of ASCII. Another one would cost the message, so it is left out. */
function subjectOf({ subject: given }: AlertmanagerSnsSettings): { Subject?: string } {
  const subject = given.replace(/\s+/g, ' ').trim().slice(0, SUBJECT_CHARS)
  return /^[\x21-\x7e][\x20-\x7e]*$/.test(subject) ? { Subject: subject } : {}
}

function attributeParameters(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const parameters = Object.entries(attributes).flatMap(([name, value], index): [string, string][] => {
    const of = `MessageAttributes.entry.${index + 1}`
    return [
      [`${of}.Name`, name],
      [`${of}.Value.DataType`, 'String'],
      [`${of}.Value.StringValue`, value],
    ]
  })
  return Object.fromEntries(parameters)
}

function cutCharacters(text: string): [text: string, cut: boolean] {
  const characters = [...text]
  return characters.length <= PHONE_CHARS ? [text, false] : [characters.slice(0, PHONE_CHARS).join(''), true]
}

/** Never in the middle of a character. */
function cutBytes(text: string): [text: string, cut: boolean] {
  const bytes = Buffer.from(text)
  if (bytes.length <= MESSAGE_BYTES) return [text, false]
  let end = MESSAGE_BYTES
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return [bytes.subarray(0, end).toString(), true]
}
