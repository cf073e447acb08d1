import type { PostedAlert } from '../../shared/alert/alert.ts'
import type { AlertsReceived, BodyRefused } from '../../shared/message/message.ts'
import { MESSAGE_VERSION } from '../../shared/message/message.ts'
import { MESSAGE_BYTES, toAscii } from '../../shared/queue/port.ts'

/** Dispatch folds a message as a whole: more would make one save too large. */
const MESSAGE_ALERTS = 256
/** Left for what a queue adds to a message. */
const MARGIN_BYTES = 16 * 1024
export const LARGEST_BODY = MESSAGE_BYTES - MARGIN_BYTES

export interface AlertMessages {
  bodies: string[]
  /** Places in `alerts` of those that are too large for a message of their own. */
  tooLarge: number[]
}

/** The alerts as messages: nearly always one, cut in halves as long as a part is too large. */
export function alertMessages(envelope: Omit<AlertsReceived, 'alerts'>, alerts: PostedAlert[]): AlertMessages {
  const made: AlertMessages = { bodies: [], tooLarge: [] }
  const add = (from: number, to: number): void => {
    if (to - from <= MESSAGE_ALERTS) {
      const part = to - from === alerts.length ? alerts : alerts.slice(from, to)
      const body = messageText({ ...envelope, alerts: part })
      if (body.length <= LARGEST_BODY) {
        made.bodies.push(body)
        return
      }
      if (to - from === 1) {
        made.tooLarge.push(from)
        return
      }
    }
    const middle = Math.min(from + MESSAGE_ALERTS, (from + to) >> 1)
    add(from, middle)
    add(middle, to)
  }
  if (alerts.length > 0) add(0, alerts.length)
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

/** ASCII, so its length is its size in bytes. The test is a vectorised one; most messages need no escapes. */
function messageText(message: AlertsReceived | BodyRefused): string {
  const text = JSON.stringify(message)
  return Buffer.byteLength(text) === text.length ? text : toAscii(text)
}
