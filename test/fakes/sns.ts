import { type AwsPrincipals, awsRefusal, mayUse } from './aws-gate.ts'
import {
  type Provider,
  type ProviderAnswer,
  type ProviderOptions,
  type ProviderRequest,
  startProvider,
} from './provider.ts'

/*
 * Amazon SNS, limited to `Publish` (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). A topic .fifo takes a
 * message whose id it has seen within five minutes, and sends it to nobody.
 */

export interface SnsMessage {
  /** Of the topic or the target; for a text message the number. */
  arn: string
  message: string
  subject?: string
  groupId?: string
}

interface SnsOptions extends Omit<ProviderOptions<SnsMessage>, 'answer' | 'errorBody'> {
  region: string
  keys: AwsPrincipals
  topics: string[]
  /** Numbers whose owners want no messages. */
  optedOut?: string[]
  /** Messages that a second takes; further ones are throttled. */
  aSecond?: number
}

const MESSAGE_BYTES = 256 * 1024
const TEXT_CHARS = 1600
const SUBJECT_CHARS = 100
const ID = /^[\w!"#$%&'()*+,./:;<=>?@[\]^`{|}~-]{1,128}$/
const DEDUPLICATION_MS = 300_000

export async function startSns(options: SnsOptions): Promise<Provider<SnsMessage>> {
  const { region, keys, topics, optedOut = [], aSecond = 300 } = options
  const seen = new Map<string, number>()
  const taken: number[] = []
  const answer = (request: ProviderRequest): ProviderAnswer<SnsMessage> => {
    const { method, path, headers, text, now } = request
    const form = new URLSearchParams(text)
    if (method !== 'POST' || path !== '/') return refuse(404, 'InvalidAction')
    if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      return refuse(400, 'MalformedQueryString')
    const unsigned = awsRefusal(request, { region, service: 'sns', keys })
    if (unsigned !== undefined) return refuse(403, unsigned)
    if (form.get('Action') !== 'Publish' || form.get('Version') !== '2010-03-31') return refuse(400, 'InvalidAction')
    const phone = form.get('PhoneNumber')
    const arn = phone ?? form.get('TopicArn') ?? form.get('TargetArn') ?? ''
    // A right to send text messages is one to all numbers.
    if (!mayUse(request, keys, phone === null ? arn : '*')) return refuse(403, 'AuthorizationError')
    if (phone === null && !topics.includes(arn)) return refuse(404, 'NotFound')
    if (!(phone === null ? isValid(form, arn) : isTextMessage(form, phone))) return refuse(400, 'InvalidParameter')
    if (phone !== null && optedOut.includes(phone)) return refuse(400, 'OptedOut')
    if (taken.filter((at) => at > now - 1000).length >= aSecond) return refuse(400, 'Throttling')
    taken.push(now)
    const groupId = form.get('MessageGroupId') ?? undefined
    const key = arn.endsWith('.fifo') ? `${arn} ${form.get('MessageDeduplicationId')}` : undefined
    const again = key !== undefined && (seen.get(key) ?? Number.NEGATIVE_INFINITY) > now - DEDUPLICATION_MS
    if (key !== undefined && !again) seen.set(key, now)
    const subject = form.get('Subject') ?? undefined
    const kept = again
      ? []
      : [{ arn, message: form.get('Message') ?? '', ...(subject && { subject }), ...(groupId && { groupId }) }]
    const id = `<MessageId>94f20ce6-13c5-43a0-9a9e-${String(taken.length).padStart(12, '0')}</MessageId>`
    return { status: 200, body: `<PublishResponse><PublishResult>${id}</PublishResult></PublishResponse>`, kept }
  }
  return await startProvider({
    ...options,
    answer,
    errorBody: (status) => xml(status < 500 ? 'Throttling' : 'InternalError'),
  })
}

function isValid(form: URLSearchParams, arn: string): boolean {
  const message = form.get('Message') ?? ''
  const subject = form.get('Subject')
  if (message === '' || Buffer.byteLength(message) > MESSAGE_BYTES) return false
  if (subject !== null && !(/^[\x21-\x7e][\x20-\x7e]*$/.test(subject) && subject.length < SUBJECT_CHARS)) return false
  const ids = [form.get('MessageGroupId'), form.get('MessageDeduplicationId')]
  return arn.endsWith('.fifo') ? ids.every((id) => ID.test(id ?? '')) : ids.every((id) => id === null)
}

function isTextMessage(form: URLSearchParams, phone: string): boolean {
  const message = form.get('Message') ?? ''
  const attribute = (name: string): string | null => form.get(`MessageAttributes.entry.1.${name}`)
  const typed = attribute('Name') === 'AWS.SNS.SMS.SMSType' && attribute('Value.DataType') === 'String'
  const type = attribute('Value.StringValue') ?? ''
  if (!typed || !['Transactional', 'Promotional'].includes(type)) return false
  return (
    /^\+[1-9]\d{6,14}$/.test(phone) && message !== '' && message.length <= TEXT_CHARS && form.get('Subject') === null
  )
}

function refuse(status: number, code: string): ProviderAnswer<SnsMessage> {
  return { status, refused: code, body: xml(code) }
}

function xml(code: string): string {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>the text of ${code}</Message></Error>`
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${error}<RequestId>1</RequestId></ErrorResponse>`
}
