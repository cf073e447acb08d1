import type { Fingerprint } from '../alert/alert.ts'
import { DAY, MINUTE, type Millis } from '../base/time.ts'
import type { LifecycleType, NotifiedIncident, NotifyReason } from '../delivery/delivery.ts'
import type { FailureReason } from '../delivery/outcome.ts'
import type { PauseReason, Reason } from '../reason/reason.ts'

/*
 * The state of one target in a group, and the transitions between states. `advance.ts` says what the states mean.
 * A state is never changed in place: each transition is a function from one state to the next.
 */

/** From opening to the moment the group gives an attempt up as ambiguous: queue, claim and send together. */
export const DELIVERY_WINDOW_MS = 2 * MINUTE

/** A target at which nothing arrived for so long is paused (Standard Webhooks: disable after days of failure). */
const PAUSE_AFTER_DAYS = 5

/** What a target has learned: Alertmanager's notification log entry. */
export interface NotificationLogEntry {
  /** Nominal time of the flush. */
  readonly at: Millis
  readonly firing: readonly Fingerprint[]
  readonly resolved: readonly Fingerprint[]
  /** The delivery that said so; large sets are kept there and not in the head. */
  readonly delivery?: string
  /** When that delivery was opened: it has overtaken everything else that arrived before then. */
  readonly openedAt?: Millis
}

/** What a target may have heard, or not: it came from deliveries whose fate is unknown. */
export interface Doubt {
  readonly firing: readonly Fingerprint[]
  readonly resolved: readonly Fingerprint[]
  /** One of these deliveries may arrive until then: only what is opened later is heard after it. */
  readonly until: Millis
}

/** A delivery that was sent out and of which nothing, or not enough, is known. */
export interface SentDelivery {
  readonly delivery: string
  readonly attempt: number
  /** Hash of what the delivery says: the same content may be tried again under the same id. */
  readonly content: string
  /** Nominal time of the flush that the delivery tells. */
  readonly nominal: Millis
  readonly reason: NotifyReason
  readonly firing: readonly Fingerprint[]
  readonly resolved: readonly Fingerprint[]
  /** Where nothing fires: the incident that the first attempt named, and that all later attempts name. */
  readonly incident?: NotifiedIncident
}

export interface OpenDelivery extends SentDelivery {
  readonly deadline: Millis
}

/** Attempts in a row that did not arrive. */
export interface Retry {
  /** No attempt before then. */
  readonly notBefore: Millis
  readonly failures: number
  /** When the first of the attempts failed. */
  readonly since: Millis
  /** How many of the attempts came after the flush's own time: these are further and further apart. */
  readonly later: number
}

export interface Pause {
  readonly at: Millis
  readonly reason: PauseReason
  /** Why the last attempt did not arrive. */
  readonly failure?: FailureReason
  /** The account was told: `pauses.ts`. */
  readonly announced?: boolean
}

/** A life-cycle event that a channel is owed: its content lies beside, frozen. */
export interface OwedEvent {
  readonly delivery: string
  readonly content: string
  readonly type: LifecycleType
  readonly at: Millis
  readonly attempts: number
}

/** What a target knows and is owed, in every state. */
interface TargetKnowledge {
  /** Of a life-cycle channel: the events that it is owed, the oldest first. They go out one by one and none is skipped. */
  readonly owedEvents?: readonly OwedEvent[]
  /** Contents opened so far: part of a delivery's id, so that no id returns with other content in between. */
  readonly count: number
  readonly told?: NotificationLogEntry
  /** What the target may have heard since `told`. Only the arrival of what was opened later clears it. */
  readonly doubt?: Doubt
  /** The delivery opened last, while it has not arrived: the same content goes out again under its id. */
  readonly last?: SentDelivery
  /** A tick passed while nothing could be opened: the comparison is made as soon as something can. */
  readonly recheck?: boolean
  /** The target was paused and nothing has arrived since. */
  readonly unproven?: boolean
  /** What the timeline said last, so that it does not say it at every tick. */
  readonly notedReason?: Reason
}

/** Nothing is out, and the last comparison found nothing to tell. */
interface Settled {
  readonly open?: undefined
  readonly retry?: undefined
  readonly paused?: undefined
}

/** One delivery is out, and nothing else is opened. `retry`: the attempts before it that did not arrive. */
interface Open {
  readonly open: OpenDelivery
  readonly retry?: Retry
  readonly paused?: undefined
}

/** The last attempt did not arrive: the comparison is made again at a moment. */
interface Retrying {
  readonly open?: undefined
  readonly retry: Retry
  readonly paused?: undefined
}

/** Nothing is sent until a person replays a delivery or changes the configuration. */
interface Paused {
  readonly open?: undefined
  readonly retry?: undefined
  readonly paused: Pause
}

export type TargetState = TargetKnowledge & (Settled | Open | Retrying | Paused)

export const UNTOLD: TargetState = { count: 0 }

function knowledge({ open: _, retry: __, paused: ___, ...state }: TargetState): TargetKnowledge {
  return state
}

/** Nothing is owed at this moment, or a pause is lifted. */
export function settled(state: TargetState): TargetState {
  return knowledge(state)
}

/** A person wants the target to be tried at once. A delivery that is out stays out. */
export function tryAgain(state: TargetState): TargetState {
  return state.open === undefined ? settled(state) : { ...state, retry: undefined }
}

/** A content that was not tried before, of which the delivery's id depends on the count. */
export function counted(state: TargetState): TargetState {
  return { ...state, count: state.count + 1 }
}

export function opened(state: TargetState, open: OpenDelivery): TargetState {
  const { deadline: _, ...last } = open
  return { ...knowledge(state), retry: state.retry, open, last, notedReason: undefined }
}

/** An event has a queue of its own, so it is not what the next comparison finds again. */
export function eventOpened(state: TargetState, open: OpenDelivery, owedEvents: readonly OwedEvent[]): TargetState {
  return { ...knowledge(state), retry: state.retry, open, owedEvents }
}

/** An event arrived: the next in the queue is the first. */
export function eventArrived(state: TargetState, owedEvents: readonly OwedEvent[]): TargetState {
  return { ...settled(state), owedEvents, unproven: undefined }
}

export function arrived(state: TargetState, open: OpenDelivery): TargetState {
  const { delivery, nominal, firing, resolved } = open
  const openedAt = open.deadline - DELIVERY_WINDOW_MS
  const told = { at: nominal, firing, resolved, delivery, openedAt }
  const { doubt } = state
  const cleared = doubt === undefined || doubt.until <= openedAt
  return { ...knowledge(state), told, doubt: cleared ? undefined : doubt, last: undefined, unproven: undefined }
}

/** The target surely took nothing. */
export function refused(state: TargetState, retry: Retry): TargetState {
  return { ...knowledge(state), retry }
}

/** The target may have taken it. */
export function doubted(state: TargetState, open: OpenDelivery, retry: Retry, now: Millis): TargetState {
  const doubt = {
    firing: union(state.doubt?.firing, open.firing),
    resolved: union(state.doubt?.resolved, open.resolved),
    until: Math.max(state.doubt?.until ?? now, now),
  }
  return { ...knowledge(state), doubt, retry }
}

export function paused(state: TargetState, pause: Pause): TargetState {
  return { ...knowledge(state), paused: state.paused ?? pause, unproven: true }
}

/** The reason to pause a target at which nothing arrived for days, if it is one. */
export function hopeless({ retry }: TargetState, now: Millis): PauseReason | undefined {
  if (retry === undefined || now - retry.since < PAUSE_AFTER_DAYS * DAY) return undefined
  return { code: 'nothing-arrived', days: PAUSE_AFTER_DAYS }
}

/** All is over and the channel does not send resolved: recorded as told, or the next firing would look as if it were known. */
export function endedUnsent(state: TargetState, told: NotificationLogEntry): TargetState {
  return { ...knowledge(state), told, doubt: undefined, last: undefined }
}

/** Alerts that went to another group are no longer known here: if they come back, other groups have told of them. */
export function knowingOnly(state: TargetState, stays: (fingerprint: Fingerprint) => boolean): TargetState {
  const only = <T extends { firing: readonly Fingerprint[]; resolved: readonly Fingerprint[] }>(heard: T): T => {
    return { ...heard, firing: heard.firing.filter(stays), resolved: heard.resolved.filter(stays) }
  }
  const { told, doubt, open, retry } = state
  const kept = { ...state, told: told && only(told), doubt: doubt && only(doubt) }
  return open === undefined ? kept : { ...knowledge(kept), retry, open: only(open) }
}

/** Something sent before may still arrive: what is opened now might be overtaken by it. */
export function mayBeOvertaken({ doubt }: TargetState, now: Millis): boolean {
  return doubt !== undefined && now < doubt.until
}

export function union(a: readonly Fingerprint[] = [], b: readonly Fingerprint[] = []): Fingerprint[] {
  return [...new Set([...a, ...b])]
}
