import type { Fingerprint } from '../alert/alert.ts'
import { DAY, type Millis } from '../base/time.ts'
import {
  DELIVERY_WINDOW_MS,
  type LifecycleType,
  type NotifiedIncident,
  type NotifyReason,
  saysAllIsOver,
} from '../delivery/delivery.ts'
import type { FailureReason } from '../delivery/outcome.ts'
import type { PauseReason, Reason } from '../reason/reason.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import { incidentsEnded, incidentsLeft, MOST_INCIDENTS } from './ended-incidents.ts'
import {
  type Doubt,
  type EarlierKeys,
  eachWithout,
  heardWithout,
  keysWithout,
  listsWithout,
  mayThinkFiring,
  type NotificationLogEntry,
  nonEmpty,
  type TargetHeard,
} from './heard.ts'

/*
 * The state of a target in a group, and the transitions between states. `advance.ts` says what the states mean. A state
 * is never changed in place: a transition is a function from a state to the next state.
 */

/** A target without an arrival for so long is paused (Standard Webhooks: disable after days of failure). */
const PAUSE_AFTER_DAYS = 5
/**
 * Five days of failures are some twenty attempts. Fewer: nobody tried in between, or the clock was set forward, and the
 * time says nothing about the target.
 */
const PAUSE_AFTER_FAILURES = 10

/** A delivery that was sent out, of which the group knows no outcome, or no certain outcome. */
export interface SentDelivery {
  readonly delivery: string
  readonly attempt: number
  /** The moment at which the first attempt was opened; absent, or 0: an earlier release wrote the head. */
  readonly openedAt?: Millis
  /**
   * The place of the delivery in the ledgers (`delivery/ledger-place.ts`), at which every attempt is claimed. Absent:
   * the delivery has an item of its own, and its attempts are claimed beside that item.
   */
  readonly ledger?: string
  /** Hash of the content: the same content may be tried again under the same id. */
  readonly content: string
  /** Nominal time of the flush behind the delivery. */
  readonly nominal: Millis
  readonly reason: NotifyReason
  readonly firing: AlertSet
  readonly resolved: AlertSet
  /**
   * For a delivery without a firing alert: the incident that the first attempt named, and that later attempts name too.
   * For a target that keeps incidents: the incident of every delivery.
   */
  readonly incident?: NotifiedIncident
  /** For a target that keeps incidents: the earlier incidents that the delivery names as over. */
  readonly ended?: readonly string[]
  /** The group under whose key the target is told; absent: the delivery's own group. */
  readonly under?: string
  /** That group has alerts that fire: the delivery left the ticket open, although none of its alerts fires. */
  readonly goesOn?: true
  /**
   * Alerts of which the target knows as much as before when the delivery arrives: alerts of the group that the delivery
   * does not mention, and alerts of which another group may have told the target since the first attempt.
   */
  readonly leftOut?: AlertSet
  /** Present when the delivery is a part, and further parts follow. */
  readonly rest?: Rest
}

/** The parts of a notification that are still to come: `parts.ts`. */
export interface Rest {
  /** The reason of the first part. */
  readonly reason: NotifyReason
  /** For a repeat or a replay: the smallest fingerprint that was not told again yet. */
  readonly from?: Fingerprint
}

export interface OpenDelivery extends SentDelivery {
  readonly deadline: Millis
}

/** Attempts in a row that did not arrive. */
export interface Retry {
  /** No attempt before then. */
  readonly notBefore: Millis
  readonly failures: number
  /** The moment at which the first of the attempts failed; with no failure, the moment of the wait. */
  readonly since: Millis
  /** The number of attempts after the flush's own time: such attempts are further and further apart. */
  readonly later: number
  /** The target refused the last attempt for good, or the quota of the user is used up. */
  readonly dead?: true
  /** Nothing arrived since then, and an attempt was not begun because the rate of the provider left no slot. */
  readonly waitsSince?: Millis
}

export interface Pause {
  readonly at: Millis
  readonly reason: PauseReason
  /** The reason why the last attempt did not arrive. */
  readonly failure?: FailureReason
  /** The account was told of the pause: `pauses.ts`. */
  readonly announced?: boolean
}

/** A life-cycle event that a channel is owed: the content lies beside, frozen. */
export interface OwedEvent {
  readonly delivery: string
  readonly content: string
  readonly type: LifecycleType
  readonly at: Millis
  readonly attempts: number
}

/** The knowledge and the debts of a target, in every state. */
interface TargetKnowledge extends TargetHeard {
  /**
   * For a life-cycle channel: the owed events, the oldest first. Events go out singly, in order, and no event is
   * skipped.
   */
  readonly owedEvents?: readonly OwedEvent[]
  /**
   * The number of contents opened so far: part of a delivery's id, so that no id returns with other content in between.
   */
  readonly count: number
  /** What the target was told under keys of other groups, before a changed configuration moved the alerts here. */
  readonly earlier?: EarlierKeys
  /**
   * The delivery opened last, while the delivery has not arrived, and while no other group may have told the target
   * anything since the first attempt: the same content goes out again under the same id.
   */
  readonly last?: SentDelivery
  /**
   * A tick passed while no delivery could be opened, or further parts follow: the comparison is made as soon as a
   * delivery can be opened.
   */
  readonly recheck?: boolean
  /** The parts that are still to come after the part that arrived last. */
  readonly rest?: Rest
  /** The flow does not name the target: the target is told ends alone, and compared anew when the flow names the target again. */
  readonly out?: boolean
  /** The target was paused and nothing has arrived since. */
  readonly unproven?: boolean
  /** The reason that the timeline noted last, so that the timeline does not repeat the reason at every tick. */
  readonly notedReason?: Reason
}

/** No delivery is out, and the last comparison found nothing to tell. */
interface Settled {
  readonly open?: undefined
  readonly retry?: undefined
  readonly paused?: undefined
}

/** A delivery is out, and no other delivery is opened. `retry`: the earlier attempts that did not arrive. */
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

function knowledge({ open: _, retry: __, paused: ___, ...state }: TargetState): TargetKnowledge {
  return state
}

/** The target is owed nothing at this moment, or a pause is lifted. */
export function settled(state: TargetState): TargetState {
  return { ...knowledge(state), rest: undefined }
}

/** A person wants an attempt at once. A delivery that is out stays out. */
export function tryAgain(state: TargetState): TargetState {
  return state.open === undefined ? settled(state) : { ...state, retry: undefined }
}

/** The next attempt comes at `at`, unless it was to come earlier. */
export function triedAgainBy(state: TargetState, at: Millis): TargetState {
  const { open, retry } = state
  return open !== undefined || retry === undefined || retry.notBefore <= at
    ? state
    : { ...knowledge(state), retry: { ...retry, notBefore: at } }
}

/** A content that was not tried before: the count is part of the id of its delivery. */
export function counted(state: TargetState): TargetState {
  return { ...state, count: state.count + 1 }
}

export function opened(state: TargetState, open: OpenDelivery): TargetState {
  const { deadline: _, ...last } = open
  const recheck = state.recheck || open.rest !== undefined
  return { ...knowledge(state), retry: state.retry, open, last, recheck, notedReason: undefined }
}

/** A delivery that was opened now has its place: the deliveries of all groups of a batch are written together. */
export function placed(state: TargetState, delivery: string, ledger: string): TargetState {
  const { open, last, retry } = state
  if (open?.delivery !== delivery) return state
  const tried = last?.delivery === delivery ? { ...last, ledger } : last
  return { ...knowledge(state), retry, open: { ...open, ledger }, last: tried }
}

/** An event has a queue of its own, so the next comparison must not find the event as `last`. */
export function eventOpened(state: TargetState, open: OpenDelivery, owedEvents: readonly OwedEvent[]): TargetState {
  return { ...knowledge(state), retry: state.retry, open, owedEvents }
}

/** An event arrived: the next in the queue is the first. */
export function eventArrived(state: TargetState, owedEvents: readonly OwedEvent[]): TargetState {
  return { ...settled(state), owedEvents, unproven: undefined }
}

/** `muted`: of these alerts, the alerts that the delivery did not mention because they were muted. */
export function arrived(
  state: TargetState,
  open: OpenDelivery,
  muted: (unmentioned: AlertSet) => AlertSet = () => [],
): TargetState {
  const { attempt, nominal, deadline, rest } = open
  const { openedAt = deadline - DELIVERY_WINDOW_MS } = open
  const kept = knownOf(state, open.leftOut)
  // A mark that several deliveries made has no moment: no delivery has overtaken others for all of its alerts.
  const moments =
    kept.firing.length + kept.resolved.length > 0
      ? { newestAt: openedAt }
      : { openedAt, heardBy: attempt === 1 ? undefined : deadline }
  const firing = without(union(open.firing, kept.firing), open.resolved)
  const resolved = union(open.resolved, without(kept.resolved, open.firing))
  const incident = keptIncident(state, open)
  const told = { at: nominal, firing, resolved, ...moments, incident, ...incidentsEnded(state, open) }
  const known = union(union(firing, resolved), kept.doubt?.firing)
  const unmentioned = nonEmpty(muted(without(mayThinkFiring(state), known)))
  const over = common(closedUnmentioned(state, open), union(firing, kept.doubt?.firing))
  const { resolved: doubtful, ...rests } = kept.doubt ?? { firing: [], resolved: [], until: openedAt }
  const doubt = over.length === 0 ? kept.doubt : { ...rests, resolved: union(doubtful, over) }
  const next = { told, doubt, unmentioned, earlier: toldHere(state, open) }
  const settled = { ...knowledge(state), ...next, rest, last: undefined, unproven: undefined }
  return mayKeepOpen(settled, incidentsLeft(state, open, incident))
}

/**
 * A receiver with one ticket for each group key closes the ticket when a message says that all is over. So the target may
 * count these alerts as over, which the message left out: further parts follow. An alert of them that fires is told anew.
 */
export function closedUnmentioned(state: TargetKnowledge, sent: SentDelivery): AlertSet {
  if (!saysAllIsOver(sent)) return []
  const { under, resolved } = sent
  const { earlier } = state
  const thought = mayThinkFiring(state)
  return without(
    under === undefined ? without(thought, earlier?.only) : common(thought, earlier?.under[under]),
    resolved,
  )
}

/** The target heard, or may have heard, of these alerts under the key of the present group. */
function toldHere({ earlier }: TargetKnowledge, { under, firing }: SentDelivery): EarlierKeys | undefined {
  if (earlier === undefined || under !== undefined) return earlier
  return { ...earlier, only: without(earlier.only, firing), over: eachWithout(earlier.over, firing) }
}

/** The incident that the target keeps after the arrival. Only a claim tells of the handler. */
function keptIncident({ told }: TargetState, { incident, firing, reason }: OpenDelivery): NotifiedIncident | undefined {
  if (incident === undefined || firing.length === 0) return undefined
  const before = told?.incident?.id === incident.id ? told.incident : undefined
  return { ...incident, handler: reason === 'claim' ? incident.handler : before?.handler }
}

/** The knowledge and the doubt about a few alerts alone. */
function knownOf({ told, doubt }: TargetState, alerts: AlertSet = []) {
  const [firing, resolved] = [common(doubt?.firing, alerts), common(doubt?.resolved, alerts)]
  const doubtful = doubt !== undefined && firing.length + resolved.length > 0
  const [fires, over] = [common(told?.firing, alerts), common(told?.resolved, alerts)]
  return {
    firing: fires,
    resolved: over,
    doubt: doubtful ? { ...doubt, firing, resolved, incidents: undefined } : undefined,
  }
}

/** The target surely took nothing. */
export function refused(state: TargetState, retry: Retry): TargetState {
  return { ...knowledge(state), retry }
}

/** The target may have taken the message. */
export function doubted(state: TargetState, open: OpenDelivery, retry: Retry, now: Millis): TargetState {
  const doubt = {
    firing: union(state.doubt?.firing, open.firing),
    resolved: union(union(state.doubt?.resolved, open.resolved), closedUnmentioned(state, open)),
    until: Math.max(state.doubt?.until ?? now, now),
    incidents: mayBeKept(state.doubt?.incidents, open),
  }
  return { ...knowledge(state), doubt, earlier: toldHere(state, open), retry }
}

/** The target may keep these incidents open, which no message ends that names another incident. */
export function mayKeepOpen(state: TargetState, ids: readonly string[]): TargetState {
  if (ids.length === 0) return state
  const incidents = [...new Set([...(state.doubt?.incidents ?? []), ...ids])].slice(-MOST_INCIDENTS)
  return { ...state, doubt: { firing: [], resolved: [], until: 0, ...state.doubt, incidents } }
}

/** The target may take these alerts for over: those that fire, or fire anew, are told again. */
export function mayTakeForOver(state: TargetState, alerts: AlertSet): TargetState {
  if (alerts.length === 0) return state
  const { doubt } = state
  return { ...state, doubt: { firing: [], until: 0, ...doubt, resolved: union(doubt?.resolved, alerts) } }
}

function mayBeKept(incidents: Doubt['incidents'], { incident, firing, under }: OpenDelivery): Doubt['incidents'] {
  if (under !== undefined || incident === undefined || firing.length === 0 || incidents?.includes(incident.id))
    return incidents
  return [...(incidents ?? []), incident.id].slice(-MOST_INCIDENTS)
}

export function paused(state: TargetState, pause: Pause): TargetState {
  return { ...knowledge(state), paused: state.paused ?? pause, unproven: true }
}

/** The reason to pause a target at which nothing arrived for days; undefined: no pause. */
export function hopeless({ retry }: TargetState, now: Millis): PauseReason | undefined {
  if (retry === undefined || now - retry.since < PAUSE_AFTER_DAYS * DAY) return undefined
  if (retry.failures < PAUSE_AFTER_FAILURES) return undefined
  return { code: 'nothing-arrived', days: PAUSE_AFTER_DAYS }
}

/**
 * Every compared alert is over and the channel does not send resolved: the end is recorded as told, or the next firing
 * would look as if the target knew of the firing. `leftOut`: firing alerts that the comparison left out.
 */
export function endedUnsent(state: TargetState, told: NotificationLogEntry, leftOut: AlertSet): TargetState {
  const { firing, doubt } = knownOf(state, leftOut)
  const next = { ...told, firing: union(told.firing, firing) }
  return { ...knowledge(state), told: next, doubt, unmentioned: undefined, rest: undefined, last: undefined }
}

/** Ends that are not sent are recorded as told, as in `endedUnsent`; the other knowledge of the target stays. */
export function endsUnsent(state: TargetState, ended: AlertSet, at: Millis): TargetState {
  const { told = { at, firing: [], resolved: [] }, doubt, unmentioned } = state
  return {
    ...knowledge(state),
    told: { ...told, firing: without(told.firing, ended), resolved: union(told.resolved, ended) },
    doubt: doubt && { ...doubt, firing: without(doubt.firing, ended) },
    unmentioned: nonEmpty(without(unmentioned, ended)),
  }
}

/**
 * Alerts that went to another group are no longer known here: if the alerts come back, other groups have told of the
 * alerts since.
 */
export function forgetting(state: TargetState, gone: AlertSet): TargetState {
  const { earlier, open, retry } = state
  const { told, ...heard } = heardWithout(state, gone)
  const kept = { ...state, ...heard, told: told && withoutIdle(told), earlier: earlier && keysWithout(earlier, gone) }
  return open === undefined ? kept : { ...knowledge(kept), retry, open: listsWithout(open, gone) }
}

/** An incident is ended in the groups to which the alerts of the incident went. */
function withoutIdle(told: NotificationLogEntry): NotificationLogEntry {
  return told.incident === undefined || told.firing.length > 0 ? told : { ...told, incident: undefined }
}
