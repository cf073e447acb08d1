import type { Fingerprint } from '../alert/alert.ts'
import { never } from '../base/never.ts'
import { DAY, type Millis, SECOND } from '../base/time.ts'
import type { LifecycleEvent, LifecycleType, PersonsPart } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { targetKey } from '../delivery/target.ts'
import { failedReason } from '../reason/reason.ts'
import { retryAfter } from './backoff.ts'
import { type Content, deliveryId, freeze, keepContent } from './content.ts'
import type { Context, Draft } from './context.ts'
import type { Incident, Member, OwedEvent, TargetState } from './group.ts'
import { notifiedPolicy } from './incident.ts'
import { note } from './log.ts'
import { DELIVERY_WINDOW_MS, pause, pauseIfHopeless, targetOf } from './target.ts'

/*
 * What happened to an incident is a fact, not a state: whoever asked for life-cycle events is owed each of
 * them, as it was, in order. So each is frozen when it happens, for each channel, and waits in the
 * channel's queue in the head. The first of the queue is the only one that is out; it goes on when that
 * arrived, or was refused for good so often that it would only hold up the others.
 */

/** Waiting events of one group and channel; beyond it the oldest is given up, and the timeline says so. */
const MOST_OWED_EVENTS = 500

/** How long the events of a paused channel wait for somebody to mend it. */
export const PAUSED_EVENTS_MS = 21 * DAY

/** A refusal that no retry can change holds the queue up for some minutes, for whoever repairs the receiver. */
const DEAD_ATTEMPTS = 8
const DEAD_PAUSE_MS = 30 * SECOND

/** What happened, beside what every event says. */
export interface LifecycleMoment {
  type: LifecycleType
  at: Millis
  /** Of its own when it is one of many of its type: `claim` and `comment`. */
  id?: string
  person?: PersonsPart
}

/** Freezes an event for every life-cycle channel of the policy. */
export function oweEvent(
  draft: Draft,
  { type, at, id, person }: LifecycleMoment,
  incident: Incident & { closedAt?: Millis },
  alerts: readonly [Fingerprint, Member][],
  ctx: Context,
): void {
  const { policy } = ctx
  if (policy.lifecycle.length === 0) return
  const { openedAt, closedAt, closes = 0 } = incident
  const count = type === 'close' && closes > 0 ? `_${closes + 1}` : ''
  const event: LifecycleEvent = {
    id: id ?? `${incident.id}_${type}${count}`,
    type,
    at,
    incident: { id: incident.id, openedAt, ...(closedAt === undefined ? {} : { closedAt }) },
    policy: notifiedPolicy(policy),
    ...(person === undefined ? {} : { person }),
  }
  const content = freeze(draft.group, alerts, { kind: 'lifecycle', reason: 'lifecycle', event }, ctx)
  for (const target of policy.lifecycle) enqueue(draft, targetKey(target), event, content, ctx)
}

function enqueue(draft: Draft, id: string, event: LifecycleEvent, content: Content, ctx: Context): void {
  const target = targetOf(draft, id)
  target.count += 1
  const delivery = deliveryId(draft.group, id, target, content)
  keepContent(draft, id, delivery, content, ctx)
  const owed: OwedEvent = { delivery, content: content.hash, type: event.type, at: event.at, attempts: 0 }
  const events = [...(target.owedEvents ?? []), owed]
  // The first may be out already, so the second is the oldest that can go.
  const [dropped] = events.length > MOST_OWED_EVENTS ? events.splice(1, 1) : []
  if (dropped !== undefined) {
    const reason = { code: 'too-many-events', limit: MOST_OWED_EVENTS } as const
    note(draft, ctx.now, { kind: 'dead', target: id, delivery: dropped.delivery, reason })
  }
  target.owedEvents = events
}

/** An event that was sent or given up, once more: what it says lies there still. */
export function oweEventAgain(target: TargetState, event: Omit<OwedEvent, 'content'>): void {
  const events = target.owedEvents ?? []
  if (events.some(({ delivery }) => delivery === event.delivery)) return
  target.owedEvents = [...events, { ...event, content: '' }]
}

/** Sends the first event of every queue that has one, unless one is out or its retry lies ahead. */
export function openOwedEvents(draft: Draft, ctx: Context): void {
  const wanted = new Set(ctx.policy.lifecycle.map(targetKey))
  for (const [id, target] of draft.group.targets) {
    const [owed] = target.owedEvents ?? []
    if (owed === undefined || target.open !== undefined) continue
    if (!wanted.has(id)) {
      target.owedEvents = []
      note(draft, ctx.now, { kind: 'not-told', target: id, reason: { code: 'not-a-lifecycle-channel' } })
    } else if (target.paused !== undefined) {
      if (ctx.now >= target.paused.at + PAUSED_EVENTS_MS) giveUp(draft, id, target, ctx)
    } else if (ctx.now >= (target.retry?.notBefore ?? ctx.now)) {
      openEvent(draft, id, target, owed, ctx)
    }
  }
}

/** Nobody wanted them for so long, and their contents end with the retention. */
function giveUp(draft: Draft, id: string, target: TargetState, ctx: Context): void {
  for (const { delivery, type } of target.owedEvents ?? []) {
    const reason = { code: 'channel-paused-too-long', event: type } as const
    note(draft, ctx.now, { kind: 'dead', target: id, delivery, reason })
  }
  target.owedEvents = []
}

function openEvent(draft: Draft, id: string, target: TargetState, owed: OwedEvent, ctx: Context): void {
  owed = { ...owed, attempts: owed.attempts + 1 }
  target.owedEvents = [owed, ...(target.owedEvents ?? []).slice(1)]
  const { delivery, content, type, at: nominal, attempts: attempt } = owed
  const deadline = ctx.now + DELIVERY_WINDOW_MS
  // What alerts it shows decides nothing here, so its sets stay with its content.
  target.open = { delivery, attempt, content, nominal, reason: 'lifecycle', firing: [], resolved: [], deadline }
  draft.open.push({ target: id, delivery, attempt, deadline })
  note(draft, ctx.now, { kind: 'telling', target: id, delivery, reason: { code: 'event', event: type } })
}

/** What became of the first event. Its id never changes, so an attempt whose fate is unknown is made again. */
export function settleEvent(draft: Draft, id: string, target: TargetState, outcome: Outcome, ctx: Context): void {
  const [owed, ...rest] = target.owedEvents ?? []
  if (owed === undefined) return
  const { delivery } = owed
  const done = (): void => {
    target.owedEvents = rest
    target.retry = undefined
  }
  if (outcome.kind === 'arrived') {
    done()
    return note(draft, ctx.now, { kind: 'told', target: id, delivery, reason: { code: 'event', event: owed.type } })
  }
  const askedForMs = outcome.kind === 'refused' ? outcome.retryAfterMs : undefined
  target.retry = retryAfter(target.retry, ctx.now, ctx.policy.groupIntervalMs, ctx.chance, askedForMs)
  note(draft, ctx.now, {
    kind: outcome.kind,
    target: id,
    delivery,
    reason: failedReason(outcome),
  })
  switch (outcome.kind) {
    case 'refused':
    case 'ambiguous':
      return pauseIfHopeless(draft, id, target, ctx)
    case 'dead':
      if (outcome.reason === 'gone') return pause(draft, id, target, { code: 'target-gone' }, ctx)
      target.retry.notBefore = Math.max(target.retry.notBefore, ctx.now + DEAD_PAUSE_MS)
      if (owed.attempts >= DEAD_ATTEMPTS) done()
      return
    default:
      return never(outcome)
  }
}
