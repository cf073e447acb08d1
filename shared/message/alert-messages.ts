import type { PostedAlert } from '../alert/alert.ts'
import { UNIT_BYTES, unitsOf } from '../alert/labels.ts'
import { MESSAGE_BYTES, toAscii } from '../queue/port.ts'
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
  bodies: string[]
  /** Places in the input of the alerts or records that are too large to be taken. */
  tooLarge: number[]
}

/** The alerts as messages: nearly always a single message. */
export function alertMessages(envelope: Omit<AlertsReceived, 'alerts'>, alerts: PostedAlert[]): Messages {
  if (alerts.length === 0) return { bodies: [], tooLarge: [] }
  const textOf = (part: PostedAlert[]): string => messageText({ ...envelope, alerts: part })
  const whole = alerts.length <= MESSAGE_ALERTS ? textOf(alerts) : undefined
  if (whole !== undefined && whole.length <= LARGEST_ALERT) return { bodies: [whole], tooLarge: [] }
  const tooLarge = alerts.flatMap((alert, place) => (isTooLarge(alert) ? [place] : []))
  if (tooLarge.length === 0 && whole !== undefined && whole.length <= LARGEST_BODY) return { bodies: [whole], tooLarge }
  const left = new Set(tooLarge)
  const taken = alerts.filter((_, place) => !left.has(place))
  return { bodies: cut(taken, MESSAGE_ALERTS, textOf).bodies, tooLarge }
}

export function recordMessages(
  envelope: Omit<RecordsReceived, 'records'>,
  records: RecordsReceived['records'],
): Messages {
  return cut(records, MESSAGE_RECORDS, (part) => messageText({ ...envelope, records: part }))
}

/** Divides a list into halves as long as a part is too large. */
function cut<T>(things: T[], most: number, textOf: (part: T[]) => string): Messages {
  const made: Messages = { bodies: [], tooLarge: [] }
  const add = (from: number, to: number): void => {
    if (to - from <= most) {
      const body = textOf(to - from === things.length ? things : things.slice(from, to))
      if (body.length <= LARGEST_BODY) {
        made.bodies.push(body)
        return
      }
      if (to - from === 1) {
        made.tooLarge.push(from)
        return
      }
    }
    const middle = Math.min(from + most, (from + to) >> 1)
    add(from, middle)
    add(middle, to)
  }
  if (things.length > 0) add(0, things.length)
  return made
}

/**
 * Size is counted in UTF-8, as an alert is stored. The alert is written out only when a sum of lengths leaves a doubt.
 */
function isTooLarge(alert: PostedAlert): boolean {
  const { labels, annotations, generatorURL = '' } = alert
  const units = unitsOf(labels) + unitsOf(annotations) + generatorURL.length
  if (units > LARGEST_ALERT) return true
  return (
    (units + LARGEST_FRAME) * UNIT_BYTES > LARGEST_ALERT && Buffer.byteLength(JSON.stringify(alert)) > LARGEST_ALERT
  )
}

/** Characters of an alert beside its labels, annotations and URL, with its origin included. */
const LARGEST_FRAME = 1000

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
 * A message is ASCII, so its length is its size in bytes. The test is vectorised, and most messages need no escapes.
 */
function messageText(message: AlertsReceived | RecordsReceived | BodyRefused): string {
  const text = JSON.stringify(message)
  return Buffer.byteLength(text) === text.length ? text : toAscii(text)
}
