import * as z from 'zod'
import { MINUTE, type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import type { Outcome } from '../../../shared/delivery/outcome.ts'
import type { RefusedBody } from '../../../shared/store/refused.ts'
import { reasonFields, showReason } from '../http/reason.ts'
import { time } from '../http/schemas.ts'
import type { KnownDelivery } from './fates.ts'

/** The id of a delivery, `<group>-<hash>`; another text is no delivery's id. */
export const DELIVERY_ID = /^([0-9a-f]{32})-[0-9a-f]{24}$/

export const DELIVERY_STATES = [
  'waiting',
  'sending',
  'arrived',
  'failed',
  'ambiguous',
  'dead',
  'dropped',
  'refused',
] as const

export type DeliveryState = (typeof DELIVERY_STATES)[number]

type Fate = Pick<KnownDelivery, 'progress' | 'dropped'>

const outcome = z
  .object({
    kind: z.string(),
    at: time,
    reason: z.string().optional(),
    detail: z.string().optional(),
    note: z.string().optional().describe('The part that did not arrive, such as one of several mailboxes'),
    retryAfterMs: z.number().optional().describe('The time that the target asked for'),
  })
  .meta({ id: 'Outcome' })

const dropped = z.object({ at: time, ...reasonFields }).meta({ id: 'DroppedDelivery' })

/** The fields of an answer for the progress of a delivery. */
export const progressFields = {
  state: z.enum(DELIVERY_STATES),
  attempts: z.number(),
  attemptedAt: time.optional(),
  outcome: outcome.optional(),
  dropped: dropped.optional().describe('No further attempt is made, and why'),
}

const progressView = z.object(progressFields)

export const deliveryItem = z
  .object({
    id: z.string(),
    ...progressView.partial({ attempts: true }).shape,
    group: z.string().optional(),
    policy: z.string().optional(),
    incident: z.string().optional().describe('Absent: what was told before any incident, or is of no group'),
    target: z.string().optional(),
    reason: z.string(),
    openedAt: time.optional(),
    firing: z.array(z.string()).optional(),
    resolved: z.array(z.string()).optional(),
    integration: z.string().optional(),
    queue: z.string().optional().describe('The queue of a message that no function could read'),
    receivedAt: time.optional(),
    body: z.string().optional().describe('The beginning of a refused body, base64; for editors and owners'),
  })
  .meta({ id: 'Delivery' })

export type DeliveryItem = z.output<typeof deliveryItem>

/** An attempt without an outcome for so long never gets an outcome: the worker that made the attempt is gone. */
const LONGEST_ATTEMPT_MS = 10 * MINUTE

export function deliveryState({ progress, dropped }: Fate, now: Millis): DeliveryState {
  const { begun, begunAt = 0, last } = progress
  if (dropped !== undefined && (begun === 0 || last?.kind === 'refused')) return 'dropped'
  if (begun === 0) return 'waiting'
  if (last === undefined) return now - begunAt > LONGEST_ATTEMPT_MS ? 'ambiguous' : 'sending'
  return last.kind === 'refused' ? 'failed' : last.kind
}

export function showProgress({ progress, dropped }: Fate, now: Millis): z.output<typeof progressView> {
  const { begun, begunAt, last } = progress
  return {
    state: deliveryState({ progress, dropped }, now),
    attempts: begun,
    attemptedAt: begunAt === undefined ? undefined : toRfc3339(begunAt),
    outcome: last === undefined ? undefined : showOutcome(last),
    dropped: dropped && { at: toRfc3339(dropped.at), ...showReason(dropped.reason) },
  }
}

function showOutcome(last: Outcome): z.output<typeof outcome> {
  const { at, ...rest } = last
  return { ...rest, at: toRfc3339(at) }
}

export function showDelivery({ delivery, ...fate }: KnownDelivery, now: Millis): DeliveryItem {
  const { id, group, policy, target, openedAt, notification, firing, resolved } = delivery
  return {
    id,
    ...showProgress(fate, now),
    group,
    policy,
    incident: notification.event?.incident.id ?? notification.incident?.id,
    target,
    reason: notification.reason,
    openedAt: toRfc3339(openedAt),
    firing,
    resolved,
  }
}

/** A refused body may contain secrets, so only the roles that could change the integration see the body. */
export function showRefused(refused: RefusedBody, withBody: boolean): DeliveryItem {
  const { id, integration, queue, receivedAt, reason, body } = refused
  return {
    id,
    state: 'refused',
    integration,
    queue,
    receivedAt: toRfc3339(receivedAt),
    reason,
    body: withBody ? body : undefined,
  }
}
