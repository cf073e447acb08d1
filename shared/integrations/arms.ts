import type { PostedAlert } from '../alert/alert.ts'
import type { Steps } from '../base/steps.ts'
import { expected, isObject, type JsonObject, own } from '../base/value.ts'
import { forwardProblem } from '../forwarding/signature.ts'
import { readPayload } from './alertmanager.ts'
import { readArmsLabels } from './arms-origin.ts'
import { checkCloudEvent, readCloudEvents } from './cloudevent.ts'
import { decodeForward, isForward } from './forward.ts'
import {
  type DecodeContext,
  type Decoded,
  type Inbound,
  type ReadBody,
  refuseBody,
  type Verification,
} from './integration.ts'
import { alertsOf, type ReadItem } from './items.ts'
import { lifeCycleAlerts, payloadOf } from './life-cycle.ts'
import { postedAlert, readParts, readTold, readWithStatus } from './posted-alert.ts'

/**
 * Bodies in the forms of ARMS (https://www.alibabacloud.com/help/en/arms/alarm-operation-center/): life-cycle events
 * as CloudEvents, from EventBridge or from another hub; the JSON of ARMS's custom integration, a single event or a
 * list; the body of ARMS's webhook in Alertmanager's form; and forwards of another Tocsin account (`forward.ts`).
 */
export const arms: Inbound = {
  type: 'arms',
  gives: 'alerts',
  ending: () => 'expires',
  bodyBytes: 1024 * 1024,
  anyType: true,
  read: readCloudEvents,
  verify,
  decode,
}

/** A forward is signed under the integration's token; every other body is accepted by the URL alone. */
function verify({ value, bytes, headers, token, receivedAt }: ReadBody): Verification {
  if (!isForward(value)) return { needed: false }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
  return { needed: true, problem: forwardProblem(token, headers, text, receivedAt) }
}

function decode(value: unknown, context: DecodeContext): Decoded | Steps<Decoded> {
  if (isForward(value)) return decodeForward(value, context)
  const payload = readPayload(value)
  if (payload !== undefined) {
    return alertsOf(payload.alerts, (item) => fromArms([readTold(item, payload.status, context)]))
  }
  if (typeof value !== 'object' || value === null) return refuseBody('expected an event of ARMS, or a list of them')
  return alertsOf(Array.isArray(value) ? value : [value], (item) => readEvent(item, context))
}

function readEvent(item: unknown, context: DecodeContext): ReadItem {
  if (!isObject(item)) return { alerts: [], problem: expected('an object', 'the event', item) }
  if (!Object.hasOwn(item, 'specversion')) return fromArms([readCustom(item, context)])
  const event = checkCloudEvent(item)
  if (typeof event === 'string') return { alerts: [], problem: event }
  const payload = payloadOf(event)
  if (payload === undefined) return { alerts: [], problem: 'data.data.alerts is missing' }
  const { alerts, problem } = lifeCycleAlerts(event, payload, context)
  return fromArms(alerts, problem)
}

/**
 * ARMS's custom integration has no status, so another word there is the sender's own: a past end is the end of the
 * alert.
 */
function readCustom(item: JsonObject, context: DecodeContext): PostedAlert | string {
  const status = own(item, 'status')
  if (status === 'firing' || status === 'resolved') return readWithStatus(item, undefined, context)
  const parts = readParts(item)
  if (typeof parts === 'string') return parts
  return postedAlert({ ...parts, resolved: parts.endsAt !== undefined && parts.endsAt <= context.receivedAt }, context)
}

function fromArms(read: readonly (PostedAlert | string)[], problem?: string): ReadItem {
  const item: ReadItem = { alerts: [], ...(problem === undefined ? {} : { problem }) }
  for (const given of read) {
    const alert = typeof given === 'string' ? given : readArmsLabels(given)
    if (typeof alert === 'string') item.problem ??= alert
    else item.alerts.push(alert)
  }
  return item
}
