import { type Payload, readPayload } from './alertmanager.ts'
import type { CloudEvent } from './cloudevent.ts'
import type { DecodeContext } from './integration.ts'
import type { ReadItem } from './items.ts'
import { readWithStatus } from './posted-alert.ts'
import { isObject, own } from './value.ts'

/*
 * Events of an incident's life as ARMS publishes them, and we do: create, claim, comment and close, each with
 * the alerts as they were at that moment. https://www.alibabacloud.com/help/en/arms/alarm-operation-center/
 * They come in any order and more than once. So only a create says that an alert fires: a claim or a comment
 * that was overtaken by the close would page people again for what is over. What any of them shows as resolved
 * is taken, and a close ends what it shows, since that is what somebody did.
 */

/** The message inside of the event; absent: it is another kind of event. */
export function payloadOf({ data }: CloudEvent): Payload | undefined {
  return isObject(data) ? (readPayload(own(data, 'data')) ?? readPayload(data)) : undefined
}

/** The end of `aliyun:arms:alarm:create`; the part before it is the sender's choice. */
const ACTION = /(?:^|[:.])(create|claim|comment|close)$/

export function lifeCycleAlerts(event: CloudEvent, payload: Payload, at: DecodeContext): ReadItem {
  const action = ACTION.exec(event.type)?.[1]
  const read: ReadItem = { alerts: [] }
  for (const [index, item] of payload.alerts.entries()) {
    const firing = isObject(item) && (own(item, 'status') ?? payload.status) === 'firing'
    if (firing && (action === 'claim' || action === 'comment')) continue
    const ended = firing && action === 'close' ? { ...item, status: 'resolved', endsAt: closedAt(event) } : item
    const alert = readWithStatus(ended, payload.status, at)
    if (typeof alert !== 'string') read.alerts.push(alert)
    else read.problem ??= `alerts[${index}]: ${alert}`
  }
  return read
}

/** When it was done, in milliseconds, if it says so. */
function closedAt({ data }: CloudEvent): number | undefined {
  const timestamp = isObject(data) ? own(data, 'timestamp') : undefined
  return typeof timestamp === 'number' ? timestamp : undefined
}
