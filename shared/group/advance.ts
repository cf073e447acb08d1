import { type Fingerprint, raisedHere, resolvedAt } from '../alert/alert.ts'
import { compareStamps } from '../alert/stamp.ts'
import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import { parseTargetKey } from '../delivery/target.ts'
import type { MuteReason } from '../reason/reason.ts'
import { comparedEnds, isNewlyAsked, sleepers } from './asked.ts'
import { addressedTargets, audienceNow } from './audience.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Decision, Draft, Input } from './context.ts'
import { draftOf } from './draft.ts'
import { forgetEarlierKeys } from './earlier-keys.ts'
import { keepAudience } from './flow-marks.ts'
import { flush, tell } from './flush.ts'
import { foldAlert, forgetTombstones, replaceByTombstone, reviveAsResolved } from './fold.ts'
import { forgetTargets } from './forget.ts'
import { giveUpEmpty, giveUpUnnamed, liftPauses, retryUsers } from './give-up.ts'
import type { Group, Member } from './group.ts'
import { releaseGone } from './in-hand.ts'
import { opensIncidents, owesEnd } from './incident.ts'
import { openOwedEvents, oweEventAgain } from './lifecycle-events.ts'
import { note, noteDropped, noteMuted } from './log.ts'
import { joinNotes } from './log-entry.ts'
import { endsOnly, lookAt, owedEnds, viewOf } from './look.ts'
import { dropMutedEnds, endsOwed, endsOwedToEarlierKeys, keepsMutedEnds, takeMuted } from './muted-ends.ts'
import { announcePauses } from './pauses.ts'
import { close, takeAction } from './people.ts'
import { learnClosed, learnRegrouped } from './regroup.ts'
import { bringIntoReach } from './set-back.ts'
import { expire, settle } from './settle.ts'
import { isLiving, setState, stateOf } from './target.ts'
import { tryAgain } from './target-state.ts'
import { nextWake } from './wake.ts'

/*
 * The life of a group.
 *
 * EMPTY      The group has no alert. The group may still know the told state of its targets, and alerts that left
 *            lately (tombstones). The first alert starts a new life: a flush after groupWait, or at once if that alert
 *            began to fire longer ago than groupWait.
 * WAITING    The group has alerts, the first flush lies ahead. Alerts come, merge and resolve; no target is told.
 * TICKING    A flush every groupInterval on the grid of the first flush. At a tick the present alerts (without muted
 *            alerts) are compared with the told state of each target; where the two differ a delivery is opened. Ticks
 *            without alerts to compare pass without a wake.
 *
 * The state of a target, in every state of the group:
 *   settled  told of the present alerts. → open, when a tick finds a difference.
 *   open     a delivery is out; no other delivery is opened. → settled when the delivery arrived; → retrying when the
 *            delivery was refused, is ambiguous (no outcome by its deadline) or dead. A tick that passes meanwhile asks
 *            for another comparison (recheck) as soon as the delivery settles.
 *   retrying not before a moment. Then the comparison is made again with the newest state: the same content goes out
 *            under the same id as the next attempt, other content under another id.
 *   paused   until a person replays the target or changes the configuration.
 * A target of life-cycle events has a queue instead of a comparison: `lifecycle-events.ts`.
 * Regrouped alerts bring along the told state of the old group: `regroup.ts`.
 *
 * An incident is open while alerts fire. People may claim the incident, and close the incident although alerts fire:
 * `people.ts`.
 *
 * A resolved alert leaves once a flush has compared the alert as resolved and every living target is settled. If it
 * resolved while it was muted, it may wait for the end of the muting: `muted-ends.ts`.
 *
 * The order of inputs within a call: actions of people, outcomes, deadlines; then the alerts that belong before the due
 * tick (received before the tick, or resolved: nobody is paged for an alert that is known to be over); the tick; the
 * other alerts; retries. A second run with the same inputs changes nothing: alerts are known by their stamp, outcomes
 * by delivery and attempt.
 */
export function advance(before: Group, inputs: readonly Input[], ctx: Context): Decision {
  const draft = draftOf(before)
  const { group } = draft
  bringIntoReach(group, ctx)
  // First of all: the alerts that moved away explain what is given up.
  for (const input of inputs) {
    if (input.kind !== 'moved') continue
    draft.moved = input.members
    noteDropped(draft, input.dropped, ctx.now)
  }
  if (group.revision !== ctx.revision) restart(draft, ctx)
  if ((group.peopleRevision ?? '0') !== ctx.peopleRevision) takePeople(draft, ctx)

  // Actions of people come first: the decision of a person counts for every other input of the call.
  for (const input of inputs) if (input.kind === 'action') takeAction(draft, input.action, ctx)
  releaseGone(draft, ctx)
  const replays = new Set<string>()
  for (const input of inputs) takeReport(draft, input, replays, ctx)
  expire(draft, ctx)
  // An arrival may be known late. What left with the arrival is in no message of this call.
  if (draft.arrived.length > 0) leave(draft, ctx)
  passIdleTicks(group, inputs, ctx)

  const dueTick = latestTick(group, ctx.now, ctx.policy.groupIntervalMs)
  // Regrouped alerts that a target knows of come before the tick too: a flush without them would forget the knowledge.
  const early = (input: Input): boolean =>
    input.kind === 'alert' &&
    (resolvedAt(input.arrival.alert, ctx.now) ||
      input.arrival.stamp.at < dueTick ||
      draft.heardElsewhere.has(input.arrival.fingerprint))
  takeAlerts(draft, inputs.filter(early), ctx)
  tick(draft, ctx)
  const late = inputs.filter((input) => !early(input))
  takeAlerts(draft, late, ctx)
  // A newborn group may have to flush at once.
  tick(draft, ctx)
  retry(draft, replays, ctx)
  if (inputs.some(asksToLook)) lookAtMuted(draft, ctx)

  closeIncident(draft, ctx)
  leave(draft, ctx)
  giveUpEmpty(draft, ctx)
  forgetEarlierKeys(draft)
  if (!owesEnd(draft.group, ctx.now)) draft.group.lastIncident = undefined
  openOwedEvents(draft, ctx)
  giveUpUnnamed(draft, ctx)
  forgetTargets(draft, ctx)
  return conclude(draft, before, ctx)
}

/** A tick in the far future: without an alert no tick comes. (Not Infinity: a head is JSON.) */
const NEVER = Number.MAX_SAFE_INTEGER

/** A group before its first input. */
export function unbornGroup(
  account: string,
  id: string,
  policy: string,
  labels: Group['labels'],
  { now, revision }: { now: Millis; revision: string },
): Group {
  return {
    account,
    id,
    policy,
    labels,
    birth: now,
    revision,
    nextTick: NEVER,
    members: new Map(),
    tombstones: new Map(),
    targets: new Map(),
    muted: false,
    log: [],
  }
}

/** A new configuration builds groups and their timers anew, as Alertmanager's reload does; `told` stays. */
function restart(draft: Draft, ctx: Context): void {
  const { group } = draft
  group.revision = ctx.revision
  giveUpUnnamed(draft, ctx)
  liftPauses(draft, ctx)
  if (group.members.size === 0) return
  group.lastTick = undefined
  group.nextTick = NEVER
  for (const [fingerprint, member] of group.members) {
    group.members.set(fingerprint, { ...member, compared: undefined })
    begin(group, beganAt(member), Math.min(ctx.since, ctx.now), ctx)
  }
}

/** Changed people restart no timer. Newly named targets are told without a tick. */
function takePeople(draft: Draft, ctx: Context): void {
  draft.group.peopleRevision = ctx.peopleRevision
  if (ctx.flow !== undefined) draft.group.audienceUntil = ctx.now
  retryUsers(draft, ctx)
}

/** Sets the first flush: after groupWait, but at once when the alert is older than groupWait already. */
function begin(group: Group, startsAt: Millis, from: Millis, ctx: Context): void {
  const { groupWaitMs } = ctx.policy
  const first = startsAt + groupWaitMs < from ? from : from + groupWaitMs
  group.nextTick = Math.min(group.nextTick, first)
}

/**
 * Audit records are minutes old by nature: an alert of Tocsin's own rules counts from its receipt, not from the record.
 */
function beganAt({ alert, stamp }: Pick<Member, 'alert' | 'stamp'>): Millis {
  return raisedHere(alert.origin) ? stamp.at : alert.startsAt
}

function takeReport(draft: Draft, input: Input, replays: Set<string>, ctx: Context): void {
  switch (input.kind) {
    case 'alert':
    case 'action':
    case 'moved':
      return
    case 'wake':
      // Only the armed wake may be armed again: a duplicate must not multiply wakes.
      if (input.at !== undefined && input.at === draft.group.armedAt) draft.group.armedAt = undefined
      return
    case 'outcome':
      return settle(draft, input.target, input.delivery, input.attempt, input.outcome, ctx)
    case 'replay': {
      setState(draft, input.target, tryAgain(stateOf(draft, input.target)))
      if (input.event === undefined) replays.add(input.target)
      else oweEventAgain(draft, input.target, input.event)
      return
    }
    case 'regroup':
      noteDropped(draft, input.dropped, ctx.now)
      return learnRegrouped(draft, input.knowledge, ctx)
    case 'key-closed':
      return learnClosed(draft, input.targets)
    default:
      never(input)
  }
}

function takeAlerts(draft: Draft, inputs: readonly Input[], ctx: Context): void {
  const { group } = draft
  const arrivals = inputs.flatMap((input) => (input.kind === 'alert' ? [input.arrival] : []))
  arrivals.sort((a, b) => compareStamps(a.stamp, b.stamp))
  for (const arrival of arrivals) {
    const wasEmpty = group.members.size === 0
    const owed = draft.heardElsewhere.has(arrival.fingerprint)
    const turned = foldAlert(group, arrival, ctx.now) || (owed && reviveAsResolved(group, arrival))
    if (!wasEmpty || !turned) continue
    group.birth = ctx.now
    group.lastTick = undefined
    group.nextTick = NEVER
    begin(group, beganAt(arrival), Math.min(ctx.now, arrival.stamp.at), ctx)
  }
}

function latestTick(group: Group, now: Millis, intervalMs: number): Millis {
  if (now < group.nextTick) return Number.NEGATIVE_INFINITY
  return group.nextTick + Math.floor((now - group.nextTick) / intervalMs) * intervalMs
}

/** Ticks that passed without alerts to compare are over: an alert received afterwards belongs to the next tick. */
function passIdleTicks(group: Group, inputs: readonly Input[], ctx: Context): void {
  const { groupIntervalMs } = ctx.policy
  const due = latestTick(group, ctx.now, groupIntervalMs)
  // Whether a muting is over only a flush finds out.
  if (due === Number.NEGATIVE_INFINITY || group.members.size === 0 || group.muted) return
  if (inputs.some((input) => input.kind === 'alert' && input.arrival.stamp.at < due)) return
  const wakeAt = nextWake(group, ctx)
  if (wakeAt !== undefined && wakeAt <= ctx.now) return
  group.lastTick = due
  group.nextTick = due + groupIntervalMs
}

function tick(draft: Draft, ctx: Context): void {
  const { group } = draft
  if (group.members.size === 0) return
  const nominal = latestTick(group, ctx.now, ctx.policy.groupIntervalMs)
  if (nominal !== Number.NEGATIVE_INFINITY) flush(draft, nominal, ctx)
}

/** Compares targets whose retry is due, and targets that settled after a tick had passed. */
function retry(draft: Draft, replays: ReadonlySet<string>, ctx: Context): void {
  const { group } = draft
  if (group.members.size === 0 || group.lastTick === undefined) return
  const addressees = [...audienceNow(group, ctx).tell]
  const owed = ctx.flow === undefined ? undefined : comparedEnds(group, ctx.now)
  const due = addressees.filter(([id, addressee]) => {
    const target = group.targets.get(id)
    if (replays.has(id) || target?.open !== undefined) return false
    if (owed !== undefined && isNewlyAsked(group, addressee, target, owed, ctx)) return true
    if (target === undefined) return false
    return target.recheck === true || (target.retry !== undefined && ctx.now >= target.retry.notBefore)
  })
  const forced = addressees.filter(([id]) => replays.has(id))
  if (due.length === 0 && forced.length === 0) return
  const seen = viewOf(group, ctx)
  takeMuted(draft, seen, ctx)
  lookAgain(group, ctx)
  // A firing alert is told under an incident, and only a tick opens an incident: until then only ends are told.
  const early = group.incident === undefined && seen.firing.length > 0 && opensIncidents(ctx.policy)
  const look = lookAt(group, group.lastTick, early ? endsOnly(seen, ctx) : seen, seen)
  for (const [id, addressee] of due) {
    const state = stateOf(draft, id)
    if (!early || owedEnds(state, seen.resolved)) tell(draft, addressee, look, ctx)
    else if (group.targets.has(id)) setState(draft, id, { ...state, recheck: false, rest: undefined })
  }
  for (const [, addressee] of forced) tell(draft, addressee, { ...look, forced: 'replay' }, ctx)
}

/** A wake without a moment: something beside the group has changed, such as a silence. */
function asksToLook(input: Input): boolean {
  return input.kind === 'wake' && input.at === undefined
}

/** A silence may hold back alerts that were told, and then no tick would come before the repeat. */
function lookAtMuted(draft: Draft, ctx: Context): void {
  const { members, lastTick } = draft.group
  if (members.size > 0 && lastTick !== undefined) takeMuted(draft, viewOf(draft.group, ctx), ctx)
}

/**
 * An alert that a flush by a faster clock took as resolved, but that still fires in this comparison, has to be compared
 * again when the alert is resolved.
 */
function lookAgain(group: Group, ctx: Context): void {
  for (const [fingerprint, member] of group.members) {
    const { alert, compared } = member
    if (compared === undefined || compared < alert.endsAt || resolvedAt(alert, ctx.now)) continue
    group.members.set(fingerprint, { ...member, compared: ctx.now })
  }
}

/**
 * Lets resolved alerts leave, with a tombstone for each alert, once no living target is owed a message about the alert.
 */
function leave(draft: Draft, ctx: Context): void {
  const { group } = draft
  forgetTombstones(group, ctx)
  const asleep = new Set(sleepers(group, ctx).flatMap(({ ends }) => ends))
  const addressed = addressedTargets(group, ctx.policy)
  const settled = [...group.targets].every(([key, target]) => {
    if (addressed.has(key)) return !isLiving(target) || (!target.open && !target.retry && !target.recheck)
    // A target that the policy names no longer may be named again before the outcome of its delivery comes.
    return target.open === undefined || parseTargetKey(key).kind !== 'notification'
  })
  const left: Fingerprint[] = []
  const mutedLeft: Fingerprint[] = []
  const mutedAway: [Fingerprint, MuteReason][] = []
  // Where the last flush left no alert out as muted, and none is muted now, every end was told since.
  let owed = keepsMutedEnds(ctx.policy) ? undefined : endsOwedToEarlierKeys(draft, ctx)
  for (const [fingerprint, member] of group.members) {
    if (!resolvedAt(member.alert, ctx.now)) continue
    if (member.compared === undefined || member.compared < member.alert.endsAt) continue
    if (asleep.has(fingerprint)) continue
    const muted = settled && !group.muted ? undefined : ctx.muted(fingerprint, member.alert)
    if (!settled && muted === undefined) continue
    if (muted !== undefined || group.muted) owed ??= endsOwed(draft, ctx)
    if (owed?.has(fingerprint)) continue
    if (muted !== undefined) mutedLeft.push(fingerprint)
    if (muted !== undefined && !settled) mutedAway.push([fingerprint, muted])
    replaceByTombstone(group, fingerprint, member, ctx.now, ctx.messageLifeMs)
    left.push(fingerprint)
  }
  if (group.reopenable !== undefined && ![...group.members.values()].some(({ closedByHand }) => closedByHand))
    group.reopenable = undefined
  noteMuted(draft, mutedAway, ctx.now)
  dropMutedEnds(draft, mutedLeft, ctx)
  const heard = left.length > 0 ? heardOf(group) : new Set()
  const unheard = left.filter((fingerprint) => !heard.has(fingerprint))
  if (unheard.length > 0) {
    note(draft, ctx.now, { kind: 'not-told', reason: { code: 'resolved-before-told' }, alerts: unheard })
  }
}

/** Alerts that a target was told of, as surely firing or surely over. */
function heardOf(group: Group): Set<Fingerprint> {
  const lists = new Set([...group.targets.values()].flatMap(({ told }) => (told ? [told.firing, told.resolved] : [])))
  return new Set([...lists].flat())
}

/**
 * The incident is over when all of its alerts are. Where alerts moved away that fire on, it is over as well, and nobody
 * hears that anything is resolved.
 */
function closeIncident(draft: Draft, ctx: Context): void {
  const { group } = draft
  if (group.incident === undefined) return
  const moved = [...draft.moved.values()].some((member) => !over(member, ctx.now))
  for (const member of group.members.values()) {
    if (!over(member, ctx.now) || (member.compared === undefined && !moved)) return
  }
  note(draft, ctx.now, { kind: 'closed', reason: { code: moved ? 'alerts-moved' : 'alerts-resolved' } })
  close(draft, moved ? 'moved' : 'resolved', ctx)
}

/**
 * The least time until a wake that is armed again after an early wake, by the worker's own clock: clocks differ a
 * little.
 */
const EARLIEST_REARM_MS = 1000

function conclude(draft: Draft, before: Group, ctx: Context): Decision {
  const { group } = draft
  group.log = joinNotes(draft.log)
  const announce = announcePauses(draft, before)
  if (ctx.flow !== undefined) keepAudience(group, ctx)
  group.wakeAt = nextWake(group, ctx)
  if (group.armedAt !== undefined && group.armedAt <= ctx.now) group.armedAt = undefined
  const { contents, open, closed, reopened, arrived, nobody } = draft
  const said = { contents, open, closed, reopened, announce, arrived, closedKeys: [...draft.closedKeys], nobody }
  const decision: Decision = { group, ...said }
  const { wakeAt } = group
  // A wake that is too far off for the queue is armed by a later look, for which sweep wakes the group.
  if (wakeAt === undefined || wakeAt - ctx.now > ctx.maxDelayMs) return decision
  if (group.armedAt === undefined || wakeAt < group.armedAt) {
    const early = before.armedAt !== undefined && group.armedAt === undefined && before.armedAt > ctx.now
    decision.arm = early ? Math.max(wakeAt, ctx.now + EARLIEST_REARM_MS) : wakeAt
    group.armedAt = decision.arm
  }
  return decision
}
