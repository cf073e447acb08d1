import type { PostedAlert } from '../alert/alert.ts'
import type { Steps } from '../base/steps.ts'
import { MESSAGE_BYTES, type OutMessage, toAscii } from '../queue/port.ts'
import type { AlertsReceived, BodyRefused, RecordsReceived } from './message.ts'
import { MESSAGE_VERSION } from './message.ts'

/** Alerts in a message at most. Dispatch folds a message as a whole: more alerts would make a single save too large. */
const MESSAGE_ALERTS = 256
/** Records in a message at most. `evaluate` runs its rules over a message as a whole. */
const MESSAGE_RECORDS = 1000
/** Bytes left free for what a queue adds to a message. */
const MARGIN_BYTES = 16 * 1024
/** The largest body of a message in bytes, and so the largest record. */
export const LARGEST_BODY = MESSAGE_BYTES - MARGIN_BYTES
/**
 * The largest alert in bytes. An alert has to fit into an item of the table, which DynamoDB limits to 400 KB, together
 * with the notes of its group.
 */
export const LARGEST_ALERT = 320 * 1024

export interface Messages {
  messages: Pick<OutMessage, 'body' | 'value'>[]
  /** Places in the input of the alerts or records that are too large to be taken. */
  tooLarge: number[]
}

/**
 * The alerts as messages: nearly always a single message. A few alerts are written out at a stretch. Each message has its
 * value beside its text, so that dispatch in the same process parses nothing.
 */
export function* alertMessages(envelope: Omit<AlertsReceived, 'alerts'>, alerts: PostedAlert[]): Steps<Messages> {
  const made: Messages = { messages: [], tooLarge: [] }
  const head = messageText({ ...envelope, alerts: [] }).slice(0, -END.length)
  const most = LARGEST_BODY - head.length - END.length
  let texts: string[] = []
  let taken: PostedAlert[] = []
  let length = 0
  const flush = (): void => {
    const value: AlertsReceived = { ...envelope, alerts: taken }
    if (taken.length > 0) made.messages.push({ body: `${head}${texts.join(',')}${END}`, value })
    texts = []
    taken = []
    length = 0
  }
  const add = (text: string, some: readonly PostedAlert[]): void => {
    const sent = asciiOf(text)
    if (taken.length + some.length > MESSAGE_ALERTS || length + sent.length > most) flush()
    texts.push(sent)
    for (const alert of some) taken.push(alert)
    length += sent.length + 1
  }
  for (let from = 0; from < alerts.length; from += AT_A_STRETCH) {
    const some = alerts.slice(from, from + AT_A_STRETCH)
    const text = JSON.stringify(some)
    yield text.length / UNITS_PER_STEP
    if (text.length <= FITS_UNITS) {
      add(text.slice(1, -1), some)
      continue
    }
    for (const [place, alert] of some.entries()) {
      const text = JSON.stringify(alert)
      yield text.length / UNITS_PER_STEP
      if (Buffer.byteLength(text) > LARGEST_ALERT) made.tooLarge.push(from + place)
      else add(text, [alert])
    }
  }
  flush()
  return made
}

const AT_A_STRETCH = 16
/** A text so short has no alert above the limit: a unit is three bytes of UTF-8 at most. */
const FITS_UNITS = LARGEST_ALERT / 3
/** The end of a message, behind the alerts. */
const END = ']}'
/** Characters of a text for a unit of work. */
const UNITS_PER_STEP = 8

export function* recordMessages(
  envelope: Omit<RecordsReceived, 'records'>,
  records: RecordsReceived['records'],
): Steps<Messages> {
  const made: Messages = { messages: [], tooLarge: [] }
  /** Divides the list into halves as long as a part is too large. */
  function* add(from: number, to: number): Steps<void> {
    if (to - from <= MESSAGE_RECORDS) {
      const body = messageText({ ...envelope, records: records.slice(from, to) })
      yield body.length / UNITS_PER_STEP
      if (body.length <= LARGEST_BODY) {
        made.messages.push({ body })
        return
      }
      if (to - from === 1) {
        made.tooLarge.push(from)
        return
      }
    }
    const middle = Math.min(from + MESSAGE_RECORDS, (from + to) >> 1)
    yield* add(from, middle)
    yield* add(middle, to)
  }
  if (records.length > 0) yield* add(0, records.length)
  return made
}

const KEPT_BYTES = 64 * 1024
const KEPT_REASON = 1000

export function refusedMessage(
  about: Pick<BodyRefused, 'account' | 'integration' | 'receivedAt' | 'reason'>,
  body: Uint8Array,
): string {
  const kept = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, KEPT_BYTES)).toString('base64')
  const reason = about.reason.slice(0, KEPT_REASON)
  return messageText({ v: MESSAGE_VERSION, kind: 'refused', ...about, reason, body: kept })
}

/**
 * A message is ASCII, so the length is the size in bytes. The test is vectorised, and most messages need no escapes.
 */
function messageText(message: AlertsReceived | RecordsReceived | BodyRefused): string {
  return asciiOf(JSON.stringify(message))
}

function asciiOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : toAscii(text)
}
