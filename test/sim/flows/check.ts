import { type Alert, resolvedAt } from '../../../shared/alert/alert.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { CLOCKS_DIFFER_MS, MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { Flow } from '../../../shared/config/flow.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import { DELIVERY_WINDOW_MS } from '../../../shared/delivery/delivery.ts'
import { parseTargetKey } from '../../../shared/delivery/target.ts'
import { union, without } from '../../../shared/group/alert-sets.ts'
import type { Group, TimelineEntry } from '../../../shared/group/group.ts'
import { mayThinkFiring } from '../../../shared/group/heard.ts'
import type { OpenDelivery, TargetState } from '../../../shared/group/target-state.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { groupPartition } from '../../../shared/table/keys.ts'
import { misplaced, mixed, wholeTimeline } from '../check.ts'
import { isLateAttempt, openKeys, strangeKeys } from '../check-keys.ts'
import { wrongTimelines } from '../check-timelines.ts'
import type { Seen, Sink } from '../sink.ts'
import type { Accepted, Outcome } from '../stage.ts'
import { labelsOf } from '../story.ts'
import { storedTimelines } from '../timelines.ts'
import { EPOCH } from '../world.ts'
import { outOfPlace } from './check-opened.ts'
import { addressesElsewhere, idleWakes, nobodyTwice, refusedAndTaken } from './check-rest.ts'
import { knownBy } from './known.ts'
import { endsAreTold, everyoneIn, type Facts, momentOf, type Named, namedBy } from './oracle.ts'
import type { SavedGroup } from './watch.ts'

/**
 * The promises of flows:
 * - nobody hears of an alert that is new to them while the flow does not name them, outside of their period, or while
 *   the incident is in hand (`wronglyOpened`);
 * - no message at all is opened outside of every period of its target, nor to a target that the flow and the people do not
 *   have (`outOfPlace`), and nothing is sent to a disabled user once the change is known (`toDisabled`);
 * - whoever heard that an alert fires, and may hear, hears its end (`untoldEnds`);
 * - at rest whoever the flow names knows everything that fires, unless it is in hand (`atRest`);
 * - a stage calls not before its moment by the head (`wronglyOpened`), nor by the timeline, which says when the incident
 *   was given back, claimed or reopened (`earlyCalls`), and without faults at its moment (`missedCalls`);
 * - the same words come twice only after a doubt, by a call, by a repeat, or under another incident, and an id always reads
 *   the same (`twice`); a delivery that was only ever refused was never taken (`refusedAndTaken`);
 * - at rest no target is still to be told (`atRest`), and no group wakes for nothing (`idleWakes`);
 * - that nobody is told is said once an incident (`nobodyTwice`), and addresses of users lie with the people alone
 *   (`addressesElsewhere`);
 * and of the promises of `check.ts` those that hold for every policy. That a head of 600 targets stays small is a test of
 * `test/flow/many-people.test.ts`; that policies without a flow tell as before, the comparison with Alertmanager.
 */
export async function flowViolations(run: Outcome): Promise<string[]> {
  const found = [...run.errors.map((error) => `error: ${error}`)]
  if (!run.quiet) found.push('stuck: messages were still going round at the end')
  for (const [name, sink] of run.sinks) {
    const timeline = wholeTimeline(run, name.split('/')[0]!)
    found.push(...mixed(name, sink), ...twice(run, name, sink, timeline), ...toDisabled(run, name, sink))
    found.push(...strangeKeys(run, name, sink.seen, { timeline, anyAlert: false }))
  }
  found.push(...misplaced(run), ...(await wrongTimelines(run)), ...earlyCalls(run))
  found.push(...nobodyTwice(run), ...addressesElsewhere(run))
  const failed = failedForGood(run)
  for (const saved of run.saved)
    found.push(...wronglyOpened(run, saved, failed), ...outOfPlace(run, saved), ...missedCalls(run, saved))
  for (const account of run.story.accounts) {
    found.push(...(await atRest(run, account)), ...untoldEnds(run, account))
    found.push(...(await idleWakes(run, account)), ...refusedAndTaken(run, account))
  }
  return found
}

/**
 * The times of shifts and periods lie up to a minute late, and a minute has one change at most: a target that is named at
 * both ends has to be told, a target that is named at one end may be told. A group is at one of the two ends, so the seats
 * of a target at one end say nothing of the seats at the other end.
 */
function mayBeNamed(flow: Flow, facts: Facts, now: Millis, key: string): Named[][] {
  const ends = [0, MINUTE].map((late) => namedBy(flow, facts, now, late).filter((one) => one.key === key))
  return ends.filter((seats) => seats.length > 0)
}

function mustBeNamed(flow: Flow, facts: Facts, now: Millis): Named[] {
  const later = namedBy(flow, facts, now, MINUTE)
  return namedBy(flow, facts, now, 0).filter((one) => later.some((other) => isSameSeat(one, other)))
}

function isSameSeat({ key, why, since }: Named, other: Named): boolean {
  return key === other.key && why === other.why && since === other.since
}

/** Deliveries that a save opened: who is told of something new has to be named. */
function wronglyOpened(run: Outcome, { before, after }: SavedGroup, failed: ReadonlySet<string>): string[] {
  const known = knownBy(run, after)
  if (known?.flow === undefined) return []
  const partition = groupPartition(after.account, after.id)
  return [...after.targets].flatMap(([key, state]) => {
    const { open } = state
    const old = before?.targets.get(key)
    const { flow } = known
    if (flow === undefined || open === undefined || isSame(open, old?.open) || open.firing.length === 0) return []
    const now = open.deadline - DELIVERY_WINDOW_MS
    const news = without(open.firing, union(mayThinkFiring(old ?? { count: 0 }), old?.open?.firing))
    const called = open.reason === 'escalated'
    if (news.length === 0 && !called) return []
    // A target that failed may have settled in the same decision, and the decision may have learnt of the failure itself.
    const failing: Facts['failingSince'] = (one) =>
      failed.has(attemptAt(partition, one, now))
        ? Number.NEGATIVE_INFINITY
        : (failingSince(after.targets.get(one)) ?? failingSince(before?.targets.get(one)))
    const facts = { ...factsOf(after, known.people, open.firing), failingSince: failing }
    const may = mayBeNamed(flow, facts, now, key)
    const about = `${after.account}/${key} at ${secondsOf(now)}: ${news.map((one) => nameIn(after, one)).join()}, ${open.reason}`
    if (may.length === 0) return [`outsider: ${about}`]
    const moments = may.flatMap((seats) => {
      const stages = seats.filter(({ why }) => why === 'escalated')
      return stages.length === 0 ? [] : [Math.max(...stages.map((stage) => stage.since ?? 0))]
    })
    if (called && moments.length === 0) return [`call: no stage calls ${about}`]
    // A receiver that drops known ids would not hear a call under the id of an earlier message. What a worker with a
    // wrong clock opened as a call, a worker with a right clock brings into reach: then the times say nothing.
    if (called && clocksAgree(run) && (open.openedAt ?? 0) < Math.min(...moments))
      return [`call: ${about} has the id of a message from before`]
    const { handler } = after.incident ?? {}
    const newcomer = state.told === undefined || old?.out === true
    const held = open.firing.every((one) => after.members.get(one)?.inHand === after.members.get(one)?.alert.startsAt)
    if (handler !== undefined && held && newcomer && moments.length === 0) return [`in hand: ${about}`]
    return []
  })
}

/**
 * The attempts that a target refused for good, each with the moment of the decision that learnt of the refusal. Only the
 * timeline knows of a refusal after which the same decision found nothing more to tell.
 */
function failedForGood({ everything }: Outcome): ReadonlySet<string> {
  const refusals = [...storedTimelines(everything())].flatMap(([partition, entries]) => {
    return entries.flatMap(({ kind, target, at }) => (kind === 'dead' ? [attemptAt(partition, target!, at)] : []))
  })
  return new Set(refusals)
}

function attemptAt(partition: string, target: string, at: Millis): string {
  return `${partition} ${target} ${at}`
}

function clocksAgree({ story }: Outcome): boolean {
  return story.hub === undefined && story.skewsMs.every((skew) => Math.abs(skew) <= CLOCKS_DIFFER_MS)
}

function isSame(open: OpenDelivery, old: OpenDelivery | undefined): boolean {
  return old?.delivery === open.delivery && old.attempt === open.attempt
}

function factsOf(group: Group, people: Facts['people'], firing: readonly string[]): Facts {
  return {
    names: firing.map((one) => nameIn(group, one)),
    incident: group.incident,
    failingSince: (key) => failingSince(group.targets.get(key)),
    people,
  }
}

function failingSince(state: TargetState | undefined): Millis | undefined {
  if (state?.paused !== undefined || state?.retry?.dead === true) return Number.NEGATIVE_INFINITY
  return state?.retry?.since
}

function nameIn({ members, tombstones }: Group, print: string): string {
  return (members.get(print)?.alert ?? tombstones.get(print)?.alert)?.labels.name ?? '?'
}

/** Without faults whoever a stage named for a second and a half was called. */
function missedCalls(run: Outcome, { at, before, after }: SavedGroup): string[] {
  const known = run.story.clean ? knownBy(run, after) : undefined
  const { incident } = after
  if (known?.flow === undefined || before?.incident?.id !== incident?.id || incident === undefined) return []
  const names = audible(run, after, at)
  if (names.length === 0 || after.revision !== before?.revision || after.peopleRevision !== before.peopleRevision)
    return []
  const facts: Facts = { ...factsOf(after, known.people, []), names }
  // What an alert, a person or an outcome of this moment made true may wait for a tick.
  const stood = mustBeNamed(
    known.flow,
    { ...factsOf(before, known.people, []), names: audible(run, before, at) },
    at - 1500,
  )
  return mustBeNamed(known.flow, facts, at).flatMap((seat) => {
    const { key, why, since } = seat
    const held = stood.some((one) => isSameSeat(one, seat))
    const state = after.targets.get(key)
    if (why !== 'escalated' || since! > at - 1500 || !held || state?.open !== undefined || state?.retry !== undefined)
      return []
    const { told } = state ?? {}
    if (told !== undefined && (told.openedAt ?? told.newestAt ?? told.at) >= since!) return []
    return [`call: ${after.account}/${key} was not called at ${secondsOf(since!)} by ${secondsOf(at)}`]
  })
}

function audible({ story }: Outcome, { members }: Group, at: Millis): string[] {
  const silenced = (name: string): boolean =>
    story.silences.some((one) => one.name === name && at >= EPOCH + one.atMs && at <= EPOCH + one.untilMs + MINUTE)
  const names = [...members.values()].flatMap(({ alert, closedByHand }) => {
    return resolvedAt(alert, at) || closedByHand !== undefined ? [] : [alert.labels.name!]
  })
  // While a silence is about, nothing is asked of the calls.
  return names.some(silenced) ? [] : names
}

/**
 * A call by the timeline alone: not sooner than the shortest stage says, from what happened last. The entries before a
 * clock was set back have times that are still to come.
 */
function earlyCalls({ known, story, everything }: Outcome): string[] {
  if (story.hub !== undefined) return []
  const stages = known.flatMap(({ sections }) => sections.policies.flatMap(({ flow }) => flow?.stages ?? []))
  const skew = Math.max(...story.skewsMs.map(Math.abs)) * 2
  return [...storedTimelines(everything())].flatMap(([partition, entries]) => {
    const found: string[] = []
    const facts = { openedAt: 0, freeSince: 0, claimedAt: 0, handler: undefined as string | undefined }
    for (const { at, kind, reason, by, target } of entries) {
      const acted = reason.code === 'action'
      if (kind === 'opened') Object.assign(facts, { openedAt: at, freeSince: at, handler: undefined })
      if (kind === 'reopened' && acted) Object.assign(facts, { freeSince: at, claimedAt: at })
      if (kind === 'unclaimed' && facts.handler !== undefined)
        Object.assign(facts, { freeSince: at, handler: undefined })
      if ((kind === 'claimed' || kind === 'assigned') && reason.code === 'action') {
        const handler = 'handler' in reason ? reason.handler : by
        if (handler !== facts.handler) Object.assign(facts, { claimedAt: at, handler })
      }
      if (kind !== 'telling' || reason.code !== 'escalated') continue
      const moments = stages.map((stage) =>
        momentOf(stage, { id: '', audibleSince: facts.openedAt, ...facts, handler: facts.handler! }),
      )
      if (!moments.some((moment) => moment !== undefined && moment <= at + skew + 1)) {
        found.push(`call: ${partition} ${target} was called at ${secondsOf(at)}, before any stage`)
      }
    }
    return found
  })
}

/** Nothing reaches a user some minutes after the user was disabled. */
function toDisabled({ story }: Outcome, name: string, { seen }: Sink): string[] {
  const { user } = parseTargetKey(name.split('/')[1]!)
  if (user === undefined) return []
  const versions = [{ atMs: 0, sections: story.sections }, ...story.changes]
  return seen.flatMap(({ at }) => {
    const lived = versions.filter(({ atMs }, index) => {
      const until = versions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY
      return EPOCH + atMs <= at && at < EPOCH + until + DELIVERY_WINDOW_MS + MINUTE
    })
    const enabled = lived.some(({ sections }) => sections.users.some((one) => one.id === user && one.enabled))
    return enabled ? [] : [`disabled: ${name} was sent a message at ${secondsOf(at)}`]
  })
}

/** The same words twice, one after the other. */
function twice(run: Outcome, name: string, { seen }: Sink, timeline: readonly TimelineEntry[]): string[] {
  const target = name.split('/')[1]!
  const about = timeline.filter((entry) => entry.target === target)
  const doubtful = about.some(({ kind }) => kind === 'ambiguous')
  // An end that is not told makes the next firing news; under a silence nothing says so.
  const silent = run.story.silences.length > 0 && !run.known.every(({ sections }) => hearsEnds(sections, target))
  const unsent =
    silent || about.some(({ kind, reason }) => kind === 'not-told' && reason.code === 'all-resolved-unsent')
  const found: string[] = []
  for (const [id, list] of Map.groupBy(seen, (one) => one.id)) {
    if (list.length > 1 && !doubtful) found.push(`extra: ${name} took ${id} ${list.length} times`)
    if (new Set(list.map(words)).size > 1) found.push(`changed: ${name} took ${id} with other words`)
  }
  for (const [, list] of Map.groupBy(seen, ({ groupKey }) => groupKey)) {
    for (const [index, one] of list.entries()) {
      const before = list[index - 1]
      if (before === undefined || before.id === one.id || words(before) !== words(one)) continue
      const excused =
        doubtful || unsent || one.reason === 'escalated' || isRepeat(run, before, one) || isReopened(run, before, one)
      if (!excused) found.push(`extra: ${name} heard the same twice, as ${before.id} and as ${one.id}`)
    }
  }
  return found
}

function isRepeat({ known }: Outcome, before: Seen, after: Seen): boolean {
  const intervals = known.flatMap(({ sections }) => sections.policies.map((policy) => policy.repeatIntervalMs))
  return after.reason === 'repeat interval elapsed' && after.at - before.at > Math.min(...intervals)
}

function isReopened({ story }: Outcome, before: Seen, after: Seen): boolean {
  return (story.acts ?? []).some(({ atMs, type }) => {
    return (type === 'reopen' || type === 'close') && EPOCH + atMs >= before.at - MINUTE && EPOCH + atMs <= after.at
  })
}

function words({ alerts }: Seen): string {
  return alerts.map((alert) => `${alert.fingerprint} ${alert.status} ${alert.startsAt} ${alert.endsAt}`).join()
}

/** Whoever is named knows everything that fires, when all messages have come to rest. */
async function atRest(run: Outcome, account: string): Promise<string[]> {
  const { groups } = await listGroups(run.table, account, { limit: 500 })
  const now = run.world.now()
  return groups.flatMap((group) => {
    const known = knownBy(run, group)
    // A user who was disabled, and a group without alerts, may be left with the wish for another comparison.
    const everyone = known?.flow === undefined ? new Set() : everyoneIn(known.flow, known.people)
    const found = [...group.targets].flatMap(([key, { open, retry, recheck }]) => {
      const owed = everyone.has(key) && group.members.size > 0 && (retry !== undefined || recheck === true)
      return open !== undefined || owed ? [`stuck: ${account}/${key} is still to be told`] : []
    })
    const firing = [...group.members].filter(
      ([, { alert, closedByHand }]) => isFiring(alert, now) && closedByHand === undefined,
    )
    if (known?.flow === undefined || firing.length === 0) return found
    const facts = factsOf(
      group,
      known.people,
      firing.map(([print]) => print),
    )
    const must = mustBeNamed(known.flow, facts, now)
    for (const key of new Set(must.map((one) => one.key))) {
      const state = group.targets.get(key)
      const called = must.some((one) => one.key === key && one.why === 'escalated')
      const held = group.incident?.handler !== undefined && !called && (state?.told === undefined || state.out === true)
      if (held || state?.paused !== undefined) continue
      const { seen, own } = run.sinks.get(`${account}/${key}`)!
      const heard = lastWords([...seen, ...own])
      for (const [print, { alert }] of firing) {
        if (heard.get(print) !== 'firing')
          found.push(
            `lost: ${account}/${key} ought to know that ${alert.labels.name} fires, but heard ${heard.get(print)}`,
          )
      }
    }
    return found
  })
}

function isFiring(alert: Alert, now: Millis): boolean {
  return !resolvedAt(alert, now)
}

function lastWords(seen: readonly Seen[]): Map<string, string> {
  return new Map(seen.flatMap(({ alerts }) => alerts.map((alert) => [alert.fingerprint, alert.status])))
}

/** A target that heard that an alert fires hears the end of the alert. */
function untoldEnds(run: Outcome, account: string): string[] {
  const { world, known } = run
  const configs = known.filter((one) => one.account === account)
  const over = new Map<string, Accepted>()
  for (const post of run.accepted.filter((one) => one.account === account)) over.set(fingerprint(labelsOf(post)), post)
  const timeline = wholeTimeline(run, account)
  return [...run.sinks].flatMap(([name, { seen }]) => {
    const [owner, key] = name.split('/') as [string, string]
    if (owner !== account) return []
    // A target that some configuration did not name, or told no ends, may have missed an end.
    if (!configs.every((config) => hearsEnds(config.sections, key))) return []
    return [...openKeys(seen)].flatMap(([print, keys]) => {
      const post = over.get(print)
      const ended =
        post !== undefined &&
        (post.status === 'resolved' || (post.endsAfterMs !== undefined && post.at + post.endsAfterMs <= world.now()))
      if (!ended) return []
      const excused = timeline.some(({ kind, reason, target }) => {
        return (
          kind === 'not-told' &&
          target === key &&
          (reason.code === 'end-waits-for-period' || reason.code === 'period-too-far')
        )
      })
      return excused
        ? []
        : keys
            .filter((open) => !isLateAttempt(run.story, seen, timeline, open))
            .map(
              ({ groupKey }) => `stale: ${name} still thinks that ${post.name}/${post.group} fires, under ${groupKey}`,
            )
    })
  })
}

function hearsEnds(sections: Sections, key: string): boolean {
  const flows = sections.policies.flatMap(({ flow }) => flow ?? [])
  return flows.some((flow) => everyoneIn(flow, sections).has(key) && endsAreTold(flow, key, sections))
}

function secondsOf(at: Millis): string {
  return ((at - EPOCH) / 1000).toFixed(3)
}
