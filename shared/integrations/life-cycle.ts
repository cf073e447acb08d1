import { isObject, own } from '../base/value.ts'
import { type Payload, readPayload } from './alertmanager.ts'
import type { CloudEvent } from './cloudevent.ts'
import type { DecodeContext } from './integration.ts'
import type { ReadItem } from './items.ts'
import { readTold } from './posted-alert.ts'

/*
 * Life-cycle events of an incident, as ARMS and Tocsin publish the events: create, claim, comment and close, each
 * with the alerts at that moment. https://www.alibabacloud.com/help/en/arms/alarm-operation-center/ Events come in
 * every order and more than once. So only a create makes an alert fire: a claim or a comment that arrives after the
 * close would page people again for an incident that is over. A resolved alert in an event of every type is accepted,
 * and a close ends the alerts in the event, because a person closed the incident.
 */

/** The message inside the event. Absent: the event is not a life-cycle event. */
export function payloadOf({ data }: CloudEvent): Payload | undefined {
  return isObject(data) ? (readPayload(own(data, 'data')) ?? readPayload(data)) : undefined
}

/** The end of `aliyun:arms:alarm:create`; the part in front of the colon is the sender's choice. */
const ACTION = /(?:^|[:.])(create|claim|comment|close)$/

export function lifeCycleAlerts(event: CloudEvent, payload: Payload, context: DecodeContext): ReadItem {
  const action = ACTION.exec(event.type)?.[1]
  const read: ReadItem = { alerts: [] }
  for (const [index, item] of payload.alerts.entries()) {
    const firing = isObject(item) && (own(item, 'status') ?? payload.status) === 'firing'
    if (firing && (action === 'claim' || action === 'comment')) continue
    const ended = firing && action === 'close' ? { ...item, status: 'resolved', endsAt: closedAt(event) } : item
    const alert = readTold(ended, payload.status, context)
    if (typeof alert !== 'string') read.alerts.push(alert)
    else read.problem ??= `alerts[${index}]: ${alert}`
  }
  return read
}

/** The moment of the close, in milliseconds, if the event has a timestamp. */
function closedAt({ data }: CloudEvent): number | undefined {
  const timestamp = isObject(data) ? own(data, 'timestamp') : undefined
  return typeof timestamp === 'number' ? timestamp : undefined
}
