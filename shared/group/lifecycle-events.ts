import type { Fingerprint } from '../alert/alert.ts'
import { never } from '../base/never.ts'
import { DAY, type Millis, SECOND } from '../base/time.ts'
import type { LifecycleEvent, LifecycleType, PersonsPart } from '../delivery/delivery.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { targetKey } from '../delivery/target.ts'
import { failedReason } from '../reason/reason.ts'
import { retryAfter } from './backoff.ts'
import { deliveryId, freeze, keepContent } from './content.ts'
import type { Context, Draft } from './context.ts'
import type { Incident, Member } from './group.ts'
import { notifiedPolicy } from './incident.ts'
import { note } from './log.ts'
import { pause, pauseIfHopeless, setState, stateOf } from './target.ts'
import {
  counted,
  eventArrived,
  eventOpened,
  type OpenDelivery,
  type OwedEvent,
  refused,
  settled,
  type TargetState,
} from './target-state.ts'
import { type Content, firstThatFit, wordsOf } from './words.ts'

/*
 * A life-cycle event of an incident is never superseded, unlike the state of an alert: a channel that asked for
 * life-cycle events is owed every event, unchanged and in order. So an event is frozen at its moment, for each channel,
 * and waits in the channel's queue in the head. Only the first event of the queue is out; the queue goes on when the
 * first event arrived, or was refused for good so often that the event would only hold up the queue.
 */

/**
 * Waiting events of a group and channel at most; beyond the limit the oldest event is given up, and the timeline says
 * so.
 */
const MOST_OWED_EVENTS = 500

/**
 * Bytes of alerts that an event keeps. An event on a bus has at most 64 KiB, and says the number of further alerts. An
 * alert may be smaller on the bus than here.
 */
const EVENT_ALERTS_BYTES = 160 * 1024

/** The time that the events of a paused channel wait for a person to mend the channel. */
export const PAUSED_EVENTS_MS = 21 * DAY

/**
 * A refusal that no retry can change holds the queue up for some minutes, in which a person can repair the receiver.
 */
const DEAD_ATTEMPTS = 8
const DEAD_PAUSE_MS = 30 * SECOND

/** The moment of a life-cycle event, beside the common parts of every event. */
export interface LifecycleMoment {
  type: LifecycleType
  at: Millis
  /** An id of its own, for types with many events of an incident: `claim` and `comment`. */
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
  const shown = firstThatFit(wordsOf(draft.frozen, alerts, 'lifecycle', ctx.now), EVENT_ALERTS_BYTES)
  const content = freeze(draft, alerts, { kind: 'lifecycle', reason: 'lifecycle', event, shown }, ctx)
  for (const target of policy.lifecycle) enqueue(draft, targetKey(target), event, content, ctx)
}

function enqueue(draft: Draft, key: string, event: LifecycleEvent, content: Content, ctx: Context): void {
  const state = counted(stateOf(draft, key))
  const delivery = deliveryId(draft.group, key, state, content)
  keepContent(draft, key, delivery, content, ctx)
  const owed: OwedEvent = { delivery, content: content.hash, type: event.type, at: event.at, attempts: 0 }
  const events = [...(state.owedEvents ?? []), owed]
  // The first event may be out already, so the second event is the oldest to give up.
  const [dropped] = events.length > MOST_OWED_EVENTS ? events.splice(1, 1) : []
  if (dropped !== undefined) {
    const reason = { code: 'too-many-events', limit: MOST_OWED_EVENTS } as const
    note(draft, ctx.now, { kind: 'dead', target: key, delivery: dropped.delivery, reason })
  }
  setState(draft, key, { ...state, owedEvents: events })
}

/** Owes a life-cycle event again that was sent or given up: the content of the event is still stored. */
export function oweEventAgain(draft: Draft, key: string, event: Omit<OwedEvent, 'content'>): void {
  const state = stateOf(draft, key)
  const events = state.owedEvents ?? []
  if (events.some(({ delivery }) => delivery === event.delivery)) return
  setState(draft, key, { ...state, owedEvents: [...events, { ...event, content: '' }] })
}

/**
 * Sends the first event of every queue, unless a delivery is out to the target or the retry of the event lies ahead.
 */
export function openOwedEvents(draft: Draft, ctx: Context): void {
  const named = new Set(ctx.policy.lifecycle.map(targetKey))
  for (const [key, state] of draft.group.targets) {
    const [owed] = state.owedEvents ?? []
    if (owed === undefined || state.open !== undefined) continue
    if (!named.has(key)) {
      setState(draft, key, { ...settled(state), owedEvents: [] })
      for (const { delivery } of state.owedEvents ?? []) {
        note(draft, ctx.now, { kind: 'not-told', target: key, delivery, reason: { code: 'not-a-lifecycle-channel' } })
      }
    } else if (state.paused !== undefined) {
      if (ctx.now >= state.paused.at + PAUSED_EVENTS_MS) giveUp(draft, key, state, ctx)
    } else if (ctx.now >= (state.retry?.notBefore ?? ctx.now)) {
      openEvent(draft, key, state, owed, ctx)
    }
  }
}

/**
 * Gives the events of a queue up: no person mended the channel for so long, and the contents of the events end with the
 * retention.
 */
function giveUp(draft: Draft, key: string, state: TargetState, ctx: Context): void {
  for (const { delivery, type } of state.owedEvents ?? []) {
    const reason = { code: 'channel-paused-too-long', event: type } as const
    note(draft, ctx.now, { kind: 'dead', target: key, delivery, reason })
  }
  setState(draft, key, { ...state, owedEvents: [] })
}

function openEvent(draft: Draft, key: string, state: TargetState, owed: OwedEvent, ctx: Context): void {
  const event = { ...owed, attempts: owed.attempts + 1 }
  const { delivery, content, type, at: nominal, attempts: attempt } = event
  const deadline = ctx.now + DELIVERY_WINDOW_MS
  // The alerts of an event decide nothing here, so their sets stay with the content.
  const open: OpenDelivery = {
    delivery,
    attempt,
    content,
    nominal,
    deadline,
    reason: 'lifecycle',
    firing: [],
    resolved: [],
  }
  setState(draft, key, eventOpened(state, open, [event, ...(state.owedEvents ?? []).slice(1)]))
  draft.open.push({ target: key, delivery, attempt, deadline })
  note(draft, ctx.now, { kind: 'telling', target: key, delivery, reason: { code: 'event', event: type } })
}

/**
 * Takes the outcome of the first event. The id of an event never changes, so an attempt of unknown fate is made again.
 */
export function settleEvent(draft: Draft, key: string, outcome: Outcome, ctx: Context): void {
  const state = stateOf(draft, key)
  const [owed, ...rest] = state.owedEvents ?? []
  if (owed === undefined) return
  const { delivery } = owed
  const done = (): void => setState(draft, key, { ...settled(state), owedEvents: rest })
  if (outcome.kind === 'arrived') {
    draft.arrived.push({ target: key, endsPause: state.unproven === true })
    setState(draft, key, eventArrived(state, rest))
    return note(draft, ctx.now, { kind: 'told', target: key, delivery, reason: { code: 'event', event: owed.type } })
  }
  const retry = retryAfter(state.retry, outcome, ctx)
  setState(draft, key, refused(state, retry))
  note(draft, ctx.now, { kind: outcome.kind, target: key, delivery, reason: failedReason(outcome) })
  switch (outcome.kind) {
    case 'refused':
    case 'ambiguous':
      return pauseIfHopeless(draft, key, outcome.reason, ctx)
    case 'dead': {
      if (outcome.reason === 'gone') return pause(draft, key, { code: 'target-gone' }, 'gone', ctx)
      if (owed.attempts >= DEAD_ATTEMPTS) return done()
      const notBefore = Math.max(retry.notBefore, ctx.now + DEAD_PAUSE_MS)
      return setState(draft, key, refused(state, { ...retry, notBefore }))
    }
    default:
      return never(outcome)
  }
}
