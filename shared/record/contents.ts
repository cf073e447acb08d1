import { isGzip } from '../base/gzip.ts'
import type { Steps } from '../base/steps.ts'
import { expected, isObject, type JsonObject, own, ownOf, quoted } from '../base/value.ts'
import { unpackText } from './packed.ts'
import { readValues, Unreadable } from './values.ts'

/*
 * The records in a JSON value, whatever way of delivery wrapped the records: the integrations and `tocsin backfill` read
 * the same. Each item is judged alone and by its own keys, so a list may mix forms, and wrappings may lie inside each
 * other: an event of EventBridge in a message of SNS in a message of SQS.
 */

/** One thing that a value holds. */
export type Content =
  | { kind: 'record'; fields: JsonObject }
  /** Belongs to a trail and is no record: a digest of CloudTrail's files, a message that only tests the way. */
  | { kind: 'left-out'; what: 'digest' | 'test' }
  | { kind: 'unreadable'; reason: string }

/** Nested wrappings. A longer chain is the work of an attacker who wants to fill the stack. */
const MOST_WRAPPINGS = 8
/** Values of a text inside of a wrapping: a message of 4 MiB with records of 200 bytes. */
const MOST_VALUES = 20_000

/**
 * The contents in the order of the value, and between them the units of work in a large text (`Steps`). Pure: the records
 * share their parts with the value.
 */
export function* contentsOf(value: unknown, wrappings = 0): Generator<Content | number, void> {
  if (Array.isArray(value) && wrappings === 0) {
    for (const item of value) yield* contentsOf(item, 1)
  } else if (value instanceof Unreadable) yield unreadable(value.message)
  else if (!isObject(value)) yield unreadable(expected('an object', 'the record', value))
  else if (isRecord(value)) yield { kind: 'record', fields: value }
  else if (wrappings > MOST_WRAPPINGS) yield unreadable(`wrapped more than ${MOST_WRAPPINGS} times`)
  else yield* inside(value, wrappings)
}

/**
 * Whether the object itself is a record. Only then nothing has to be unwrapped, and most objects are records. An event of
 * Kinesis for Lambda has an `eventID` of its own.
 */
export function isRecord(item: JsonObject): boolean {
  if (Object.hasOwn(item, 'eventID')) return !Object.hasOwn(item, 'kinesis')
  return Object.hasOwn(item, 'eventId') && !isLogEvent(item)
}

function* inside(item: JsonObject, wrappings: number): ReturnType<typeof contentsOf> {
  for (const unwrap of WRAPPINGS) {
    const wrapped = unwrap(item)
    if (wrapped === undefined) continue
    const found = 'bytes' in wrapped ? yield* valuesIn(wrapped) : wrapped
    if ('kind' in found) yield found
    else for (const value of found.values) yield* contentsOf(value, wrappings + 1)
    return
  }
  // A record without an id. Its reader says so.
  yield { kind: 'record', fields: item }
}

type Values = { values: Iterable<unknown> } | Content
type Unwrap = (item: JsonObject) => Values | JsonBytes | undefined

/** A JSON text inside of a wrapping. */
interface JsonBytes {
  bytes: Uint8Array
  path: string
}

/** The first that fits counts. */
const WRAPPINGS: readonly Unwrap[] = [
  notice,
  // The order matters in one place: a message of CloudWatch Logs is asked before its list.
  (item) => (own(item, 'messageType') === 'CONTROL_MESSAGE' ? { kind: 'left-out', what: 'test' } : undefined),
  listed,
  (item) => (typeof own(item, 'CloudTrailEvent') === 'string' ? textIn(item, 'CloudTrailEvent') : undefined),
  eventBridge,
  (item) => (Object.hasOwn(item, 'event') ? jsonIn(item, 'event') : undefined),
  flattened,
  (item) => (Object.hasOwn(item, 'specversion') ? jsonIn(item, 'data') : undefined),
  queued,
  (item) => (isLogEvent(item) ? textIn(item, 'message') : undefined),
  packed,
]

/**
 * Lists that stand for their items: a file of CloudTrail and the events of Lambda (`Records`), an answer of LookupEvents
 * of either cloud (`Events`), answers of CloudWatch Logs (`events`) and messages of its subscriptions (`logEvents`),
 * messages of Firehose (`records`), an answer of SQS (`Messages`), answers of Log Service (`data`, `logs`).
 */
function listed(item: JsonObject): { values: unknown[] } | undefined {
  for (const name of ['Records', 'Events', 'logEvents', 'events', 'records', 'Messages', 'data', 'logs']) {
    const list = own(item, name)
    if (Array.isArray(list)) return { values: list }
  }
  return undefined
}

/**
 * `AWS API Call via CloudTrail`, `AWS Console Sign In via CloudTrail`, `AWS Service Event via CloudTrail`, …
 * The documentation of the regions in China has "Amazon" for "AWS".
 */
const DETAIL_TYPE = /^(?:AWS|Amazon) .+ via CloudTrail$/

function eventBridge(item: JsonObject): ReturnType<Unwrap> {
  if (!Object.hasOwn(item, 'detail-type')) return undefined
  const type = own(item, 'detail-type')
  if (typeof type === 'string' && DETAIL_TYPE.test(type)) return jsonIn(item, 'detail')
  if (type === 'Object Created') return fileNotice('S3')
  return unreadable(`detail-type ${typeof type === 'string' ? quoted(type) : 'is no text and'} is not CloudTrail's`)
}

/** The prefix of columns into which Log Service divides an event, when an index or an export flattens the event. */
const COLUMN = 'event.'

/** Rules find `userIdentity.accountId` also under the key `userIdentity.accountId`. */
function flattened(item: JsonObject): { values: JsonObject[] } | undefined {
  if (!Object.hasOwn(item, `${COLUMN}eventId`)) return undefined
  const columns = Object.entries(item).filter(([name]) => name.startsWith(COLUMN))
  return { values: [Object.fromEntries(columns.map(([name, value]) => [name.slice(COLUMN.length), value]))] }
}

/** A line of a log in CloudWatch Logs, from whatever API; the line itself is the text `message`. */
function isLogEvent(item: JsonObject): boolean {
  return typeof own(item, 'message') === 'string' && typeof own(item, 'timestamp') === 'number'
}

/** Messages of SNS and SQS, as Lambda and the APIs write them. */
function queued(item: JsonObject): ReturnType<Unwrap> {
  const sns = own(item, 'Sns')
  if (isObject(sns)) return { values: [sns] }
  if (Object.hasOwn(item, 'TopicArn') && typeof own(item, 'Message') === 'string') return textIn(item, 'Message')
  if (own(item, 'eventSource') === 'aws:sqs' && typeof own(item, 'body') === 'string') return textIn(item, 'body')
  return Object.hasOwn(item, 'MessageId') && typeof own(item, 'Body') === 'string' ? textIn(item, 'Body') : undefined
}

/** Bytes in base64, mostly gzip: a subscription of CloudWatch Logs as Lambda gets it, records of Kinesis and Firehose. */
function packed(item: JsonObject): ReturnType<Unwrap> {
  for (const holder of [own(item, 'awslogs'), own(item, 'kinesis'), item]) {
    const data = isObject(holder) ? ownOf(holder, 'data', 'Data') : undefined
    if (typeof data !== 'string') continue
    const bytes = unpackText(data)
    return bytes === undefined ? unreadable('data is no whole gzip stream') : { bytes, path: 'data' }
  }
  return undefined
}

/** Notices about a file, which the sender has to fetch and post; and what a service sends to try the way. */
function notice(item: JsonObject): Content | undefined {
  if (Array.isArray(own(item, 'logFiles')) && Object.hasOwn(item, 'digestEndTime')) {
    return { kind: 'left-out', what: 'digest' }
  }
  if (own(item, 'Event') === 's3:TestEvent') return { kind: 'left-out', what: 'test' }
  const type = own(item, 'Type')
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation') {
    return unreadable('a request of SNS to confirm a subscription: open its SubscribeURL, which Tocsin does not')
  }
  if (isObject(own(item, 's3'))) return fileNotice('S3')
  if (isObject(own(item, 'oss'))) return fileNotice('OSS')
  return Object.hasOwn(item, 's3ObjectKey') ? fileNotice('CloudTrail') : undefined
}

function fileNotice(from: string): Content {
  return unreadable(`a notification of ${from}: post the file that it names`)
}

/** An object, or its JSON text. */
function jsonIn(item: JsonObject, path: string): ReturnType<Unwrap> {
  const value = own(item, path)
  if (isObject(value)) return { values: [value] }
  return typeof value === 'string' ? textIn(item, path) : unreadable(`${path} is neither an object nor its JSON text`)
}

function textIn(item: JsonObject, path: string): JsonBytes {
  return { bytes: Buffer.from(String(own(item, path))), path }
}

function* valuesIn({ bytes, path }: JsonBytes): Steps<Values> {
  if (isGzip(bytes)) return unreadable(`${path} is packed twice`)
  const parsed = yield* readValues(bytes, MOST_VALUES)
  if (!parsed.ok) return unreadable(`${path} is not readable: ${parsed.message}`)
  const { value } = parsed
  if (Array.isArray(value) && value.length > 0) return { values: value }
  return isObject(value) ? { values: [value] } : unreadable(`${path} is not the text of an object`)
}

function unreadable(reason: string): Content {
  return { kind: 'unreadable', reason }
}
