import { type Fingerprint, raisedHere, resolvedAt } from '../alert/alert.ts'
import { compareStamps } from '../alert/stamp.ts'
import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Decision, Draft, Input } from './context.ts'
import { flush, takeMuted, tell, view } from './flush.ts'
import { bury, exhume, foldAlert } from './fold.ts'
import type { Group, Member, Target } from './group.ts'
import { openFacts, oweAgain } from './lifecycle-events.ts'
import { note, noteMuted } from './log.ts'
import { close, takeAction } from './people.ts'
import { inherit } from './regroup.ts'
import { expire, settle } from './settle.ts'
import { living, targetOf } from './target.ts'
import { nextWake } from './wake.ts'

/*
 * The life of a group.
 *
 * EMPTY      It has no alert. It may still know what its targets were told and which alerts left lately
 *            (tombstones). The first alert starts a new life: a flush after groupWait, or at once if that
 *            alert began to fire longer ago than that.
 * WAITING    It has alerts, the first flush lies ahead. Alerts come, merge and resolve; nobody is told.
 * TICKING    A flush every groupInterval on the grid of the first. At a tick what is (without what is
 *            muted) is compared with what each target was told; where they differ a delivery is opened.
 *            Ticks with nothing to compare pass without anybody looking.
 *
 * A target, in any of them:
 *   settled  told what is. → open, when a tick finds a difference.
 *   open     one delivery is out; nothing else is opened. → settled when it arrived; → retrying when it was
 *            refused, is ambiguous (nothing heard by its deadline) or dead. A tick that passes meanwhile
 *            asks for another comparison (recheck) as soon as it settles.
 *   retrying not before a moment. Then the comparison is made again with the newest state: the same content
 *            goes out under the same id as the next attempt, other content under another.
 *   paused   until a person replays it or changes the configuration.
 * A target of life-cycle events has a queue instead of a comparison: `lifecycle-events.ts`.
 * Alerts that another group hands over bring along what that one had told: `regroup.ts`.
 *
 * An incident is open while alerts fire. People may claim it, and close it though they fire: `people.ts`.
 *
 * A resolved alert leaves once a flush has compared it as resolved and every living target is settled.
 *
 * The order of inputs within one call: what people want, outcomes, deadlines; then the alerts that belong
 * before the tick that is due (received before it, or resolved: nobody is paged for what is known to be
 * over); the tick; the other alerts; retries. Running it again with the same inputs changes nothing:
 * alerts are known by their stamp, outcomes by delivery and attempt.
 */
export function advance(before: Group, inputs: readonly Input[], by: Context): Decision {
  const draft = draftOf(before)
  const { group } = draft
  if (group.revision !== by.revision) restart(group, by)

  // People first: what they decided counts for everything else that came with it.
  for (const input of inputs) if (input.kind === 'action') takeAction(draft, input.action, by)
  const replays: string[] = []
  for (const input of inputs) takeReport(draft, input, replays, by)
  expire(draft, by)
  passIdleTicks(group, inputs, by)

  const dueTick = latestTick(group, by.now, by.policy.groupIntervalMs)
  const early = (input: Input): boolean =>
    input.kind === 'alert' && (resolvedAt(input.arrival.alert, by.now) || input.arrival.stamp.at < dueTick)
  takeAlerts(draft, inputs.filter(early), by)
  tick(draft, by)
  takeAlerts(
    draft,
    inputs.filter((input) => !early(input)),
    by,
  )
  // A group that was just born may have to flush at once.
  tick(draft, by)
  retry(draft, replays, by)

  closeIncident(draft, by)
  leave(draft, by)
  openFacts(draft, by)
  return conclude(draft, before, by)
}

/** A tick that does not come by itself. (Not Infinity: a head is JSON.) */
const NEVER = Number.MAX_SAFE_INTEGER

/** A group that nobody has heard of yet. */
export function unbornGroup(
  account: string,
  id: string,
  policy: string,
  labels: Group['labels'],
  by: { now: Millis; revision: string },
): Group {
  return {
    account,
    id,
    policy,
    labels,
    birth: by.now,
    revision: by.revision,
    nextTick: NEVER,
    members: new Map(),
    tombstones: new Map(),
    targets: new Map(),
    muted: false,
    log: [],
  }
}

function draftOf(before: Group): Draft {
  const targets = [...before.targets].map(([id, target]): [string, Target] => [id, { ...target }])
  const group = {
    ...before,
    members: new Map(before.members),
    tombstones: new Map(before.tombstones),
    targets: new Map(targets),
  }
  return { group, contents: [], open: [], closed: [], reopened: [], log: [], heardElsewhere: new Set() }
}

/** A new configuration builds groups and their timers anew, as Alertmanager's reload does; `told` stays. */
function restart(group: Group, by: Context): void {
  group.revision = by.revision
  for (const target of group.targets.values()) target.paused = undefined
  if (group.members.size === 0) return
  group.lastTick = undefined
  group.nextTick = NEVER
  for (const [fingerprint, member] of group.members) {
    group.members.set(fingerprint, { ...member, compared: undefined })
    begin(group, beganAt(member), Math.min(by.since, by.now), by)
  }
}

/** The first flush: after groupWait, but at once when the alert is older than that already. */
function begin(group: Group, startsAt: Millis, from: Millis, by: Context): void {
  const { groupWaitMs } = by.policy
  const first = startsAt + groupWaitMs < from ? from : from + groupWaitMs
  group.nextTick = Math.min(group.nextTick, first)
}

/** Audit records are minutes old by nature: what our own rules raise is as old as our knowledge of it. */
function beganAt({ alert, stamp }: Pick<Member, 'alert' | 'stamp'>): Millis {
  return raisedHere(alert.origin) ? stamp.at : alert.startsAt
}

function takeReport(draft: Draft, input: Input, replays: string[], by: Context): void {
  switch (input.kind) {
    case 'alert':
    case 'action':
      return
    case 'wake':
      // Only the wake that is armed may be armed again: a duplicate must not multiply them.
      if (input.at !== undefined && input.at === draft.group.armedAt) draft.group.armedAt = undefined
      return
    case 'outcome':
      return settle(draft, input.target, input.delivery, input.attempt, input.outcome, by)
    case 'replay': {
      const target = targetOf(draft, input.target)
      target.paused = undefined
      target.retry = undefined
      if (input.event === undefined) replays.push(input.target)
      else oweAgain(target, input.event)
      return
    }
    case 'inherit':
      return inherit(draft, input.heritage)
    default:
      never(input)
  }
}

function takeAlerts(draft: Draft, inputs: readonly Input[], by: Context): void {
  const { group } = draft
  const arrivals = inputs.flatMap((input) => (input.kind === 'alert' ? [input.arrival] : []))
  arrivals.sort((a, b) => compareStamps(a.stamp, b.stamp))
  for (const arrival of arrivals) {
    const wasEmpty = group.members.size === 0
    const owed = draft.heardElsewhere.has(arrival.fingerprint)
    const turned = foldAlert(group, arrival, by.now) || (owed && exhume(group, arrival))
    if (!wasEmpty || !turned) continue
    group.birth = by.now
    group.lastTick = undefined
    group.nextTick = NEVER
    begin(group, beganAt(arrival), Math.min(by.now, arrival.stamp.at), by)
  }
}

function latestTick(group: Group, now: Millis, intervalMs: number): Millis {
  if (now < group.nextTick) return Number.NEGATIVE_INFINITY
  return group.nextTick + Math.floor((now - group.nextTick) / intervalMs) * intervalMs
}

/** Ticks that passed with nothing to compare are over: what is received after them belongs to the next one. */
function passIdleTicks(group: Group, inputs: readonly Input[], by: Context): void {
  const { groupIntervalMs } = by.policy
  const due = latestTick(group, by.now, groupIntervalMs)
  if (due === Number.NEGATIVE_INFINITY || group.members.size === 0) return
  if (inputs.some((input) => input.kind === 'alert' && input.arrival.stamp.at < due)) return
  const wakeAt = nextWake(group, by)
  if (wakeAt !== undefined && wakeAt <= by.now) return
  group.lastTick = due
  group.nextTick = due + groupIntervalMs
}

function tick(draft: Draft, by: Context): void {
  const { group } = draft
  if (group.members.size === 0) return
  const nominal = latestTick(group, by.now, by.policy.groupIntervalMs)
  if (nominal !== Number.NEGATIVE_INFINITY) flush(draft, nominal, by)
}

/** Targets whose retry is due, or that settled after a tick had passed them by. */
function retry(draft: Draft, replays: readonly string[], by: Context): void {
  const { group } = draft
  if (group.members.size === 0 || group.lastTick === undefined) return
  const due = by.policy.targets.filter((id) => {
    const target = group.targets.get(id)
    if (target === undefined || target.open !== undefined) return false
    return target.recheck === true || (target.retry !== undefined && by.now >= target.retry.notBefore)
  })
  const forced = replays.filter((id) => by.policy.targets.includes(id))
  if (due.length === 0 && forced.length === 0) return
  const seen = view(draft, by)
  takeMuted(draft, seen, by)
  lookAgain(group, by)
  for (const id of due) if (!forced.includes(id)) tell(draft, id, group.lastTick, seen, by)
  for (const id of forced) tell(draft, id, group.lastTick, seen, by, 'replay')
}

/** What a flush by a faster clock took as resolved, and this comparison does not, has to be compared again when it is. */
function lookAgain(group: Group, by: Context): void {
  for (const [fingerprint, member] of group.members) {
    const { alert, compared } = member
    if (compared === undefined || compared < alert.endsAt || resolvedAt(alert, by.now)) continue
    group.members.set(fingerprint, { ...member, compared: by.now })
  }
}

/** Resolved alerts about which nothing is owed to anyone living leave, each with a tombstone. */
function leave(draft: Draft, by: Context): void {
  const { group } = draft
  for (const [fingerprint, grave] of group.tombstones) {
    if (grave.until <= by.now) group.tombstones.delete(fingerprint)
  }
  const settled = by.policy.targets.every((id) => {
    const target = group.targets.get(id)
    return target === undefined || !living(target) || (!target.open && !target.retry && !target.recheck)
  })
  const left: Fingerprint[] = []
  const mutedAway: [Fingerprint, reason: string][] = []
  for (const [fingerprint, member] of group.members) {
    if (!resolvedAt(member.alert, by.now)) continue
    if (member.compared === undefined || member.compared < member.alert.endsAt) continue
    const muted = settled ? undefined : by.muted(fingerprint, member.alert)
    if (!settled && muted === undefined) continue
    if (muted !== undefined) mutedAway.push([fingerprint, muted])
    bury(group, fingerprint, member, by.now, by.messageLifeMs)
    left.push(fingerprint)
  }
  if (group.shut !== undefined && ![...group.members.values()].some(({ shut }) => shut)) group.shut = undefined
  noteMuted(draft, mutedAway, by.now)
  const heard = left.length > 0 ? heardOf(group) : new Set()
  const unheard = left.filter((fingerprint) => !heard.has(fingerprint))
  if (unheard.length > 0) {
    note(draft, by.now, { kind: 'not-told', reason: 'resolved before anybody was told', alerts: unheard })
  }
}

/** What any target was told of, sure to fire or to be over. */
function heardOf(group: Group): Set<Fingerprint> {
  return new Set([...group.targets.values()].flatMap(({ told }) => (told ? [...told.firing, ...told.resolved] : [])))
}

function closeIncident(draft: Draft, by: Context): void {
  const { group } = draft
  if (group.incident === undefined) return
  for (const member of group.members.values()) {
    if (!over(member, by.now) || member.compared === undefined) return
  }
  note(draft, by.now, { kind: 'closed', reason: 'all alerts resolved' })
  close(draft, 'resolved', by)
}

/** Sooner than this by the worker's own clock no early wake is armed again: clocks differ a little. */
const EARLIEST_REARM_MS = 1000

function conclude(draft: Draft, before: Group, by: Context): Decision {
  const { group } = draft
  group.log = draft.log
  group.wakeAt = nextWake(group, by)
  if (group.armedAt !== undefined && group.armedAt <= by.now) group.armedAt = undefined
  const { contents, open, closed, reopened } = draft
  const decision: Decision = { group, contents, open, closed, reopened }
  const { wakeAt } = group
  if (wakeAt !== undefined && (group.armedAt === undefined || wakeAt < group.armedAt)) {
    const early = before.armedAt !== undefined && group.armedAt === undefined && before.armedAt > by.now
    decision.arm = early ? Math.max(wakeAt, by.now + EARLIEST_REARM_MS) : wakeAt
    group.armedAt = decision.arm
  }
  return decision
}
