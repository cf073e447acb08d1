import type { Fingerprint } from '../alert/alert.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { type AlertSet, common, sharedLists, union, without } from './alert-sets.ts'
import type { ClosedAt, Context, Draft, RegroupedKnowledge } from './context.ts'
import { thoughtHere, toldUnder } from './earlier-keys.ts'
import { foldTombstone } from './fold.ts'
import type { Doubt } from './heard.ts'
import { mayThinkFiring } from './heard.ts'
import { keepsIncidents } from './kept-incidents.ts'
import { setState, stateOf } from './target.ts'
import { mayKeepOpen, type SentDelivery, type TargetState } from './target-state.ts'

/*
 * A change of the configuration moves alerts to another group while messages about the alerts are on their way: the
 * alerts' own messages, deliveries, and the message of the regrouping, which may come late and twice. So the arriving
 * knowledge is weighed against the knowledge of this group.
 *
 * A target told of an alert by the old group is not told again, unless this group has told the target about the alert
 * already. If both groups have, and the order of the two notifications at the target is unknown, both are in doubt: the
 * alert is told once more when no older delivery can arrive any more. A second copy of the message finds deliveries
 * that were opened after the message's own, and changes nothing.
 *
 * The end of an alert is owed under the key of each group that told the beginning: `earlier-keys.ts`.
 *
 * A delivery that was first tried before the old group's notification about the same alerts is not tried again under its
 * id: a receiver that drops known ids would not hear the delivery after the old group's.
 */
export function learnRegrouped(
  draft: Draft,
  sent: RegroupedKnowledge,
  ctx: Pick<Context, 'groupKey' | 'channel'>,
): void {
  const knowledge = withSharedLists(sent)
  const { told, doubt, tombstones, tellers = [] } = knowledge
  const under = keysOf(knowledge)
  const { group } = draft
  const before = new Map(under.map(([key]) => [key, thoughtHere(stateOf(draft, key))]))
  for (const [fingerprint, tombstone] of tombstones) foldTombstone(group, fingerprint, tombstone)
  // Doubts come first: `takeTold` forgets the moment at which this group's own delivery was opened.
  for (const [key, heard] of doubt) takeDoubt(draft, key, heard)
  for (const [key, mark] of told) {
    const { open, told } = stateOf(draft, key)
    const known = open === undefined ? common(mark.firing, mentioned(told)) : mark.firing
    takeDoubt(draft, key, { firing: known, resolved: [], until: mark.until })
    takeTold(draft, key, { ...mark, firing: without(mark.firing, known) })
  }
  const others = new Map(tellers.filter(([id, teller]) => id !== group.id && teller.groupKey !== ctx.groupKey))
  const incidents = new Map(
    tellers.map(([id, { incident, ended = [] }]) => [id, [...ended, ...(incident ? [incident.id] : [])]]),
  )
  for (const [key, keys] of under) {
    // An alert that comes back to the group that told it was told under the present key, in an earlier incident.
    const back = keys.filter(([id]) => !others.has(id))
    // Others of the alerts that left may not have come back.
    if (back.length > 0) group.parted = true
    const here = back.reduce((all, [, alerts]) => union(all, alerts), before.get(key)!)
    const earlier = keys.filter(([id]) => others.has(id))
    const known = stateOf(draft, key)
    const state = toldUnder(known, earlier, here)
    lookAgain(draft, without(mayThinkFiring(state), mayThinkFiring(known)))
    setState(draft, key, state)
    if (keepsIncidents(parseTargetKey(key), ctx)) {
      for (const [id, alerts] of back) takeIncidents(draft, key, alerts, incidents.get(id) ?? [])
    }
  }
  if (others.size > 0) group.tellers = { ...group.tellers, ...Object.fromEntries(others) }
}

/**
 * A receiver with a ticket for each group key closes the ticket when a different group tells the last end that the
 * receiver is owed under this key, although alerts of this group have begun to fire. So the alerts that the target knows
 * under this key are in doubt, except for alerts that this group told later. After the next telling, a second copy of the
 * message finds no doubt.
 */
export function learnClosed(draft: Draft, targets: readonly ClosedAt[]): void {
  for (const [key, until] of targets) {
    const before = stateOf(draft, key)
    takeDoubt(draft, key, { firing: [], resolved: thoughtHere(before), until })
    const state = stateOf(draft, key)
    if (state !== before) setState(draft, key, { ...state, recheck: true })
  }
}

/** Hundreds of targets heard the same, and targets that share a list share what is worked out of it. */
function withSharedLists({ told, doubt, under, ...rest }: RegroupedKnowledge): RegroupedKnowledge {
  const share = sharedLists()
  return {
    ...rest,
    told: told.map(([target, mark]) => [target, { ...mark, firing: share(mark.firing) }]),
    doubt: doubt.map(([target, heard]) => {
      return [target, { ...heard, firing: share(heard.firing), resolved: share(heard.resolved) }]
    }),
    ...(under && { under: under.map(([target, keys]) => [target, keys.map(([id, list]) => [id, share(list)])]) }),
  }
}

/** By target: the alerts that the target may think to fire, by the group under whose key it was told. */
export function keysOf({
  told,
  doubt,
  from,
  under = [],
}: RegroupedKnowledge): NonNullable<RegroupedKnowledge['under']> {
  if (from === undefined) return []
  const named = new Set(under.map(([target]) => target))
  const alerts = new Map<string, AlertSet>()
  for (const [target, { firing }] of [...told, ...doubt]) {
    if (!named.has(target)) alerts.set(target, union(alerts.get(target), firing))
  }
  return [...under, ...Array.from(alerts, ([target, list]): [string, [string, AlertSet][]] => [target, [[from, list]]])]
}

/** Alerts that a delivery mentioned, as firing or resolved. */
function mentioned(heard: { firing: AlertSet; resolved: AlertSet } | undefined): AlertSet {
  return union(heard?.firing, heard?.resolved)
}

function takeTold(draft: Draft, key: string, { at, firing, until }: RegroupedKnowledge['told'][number][1]): void {
  if (firing.length === 0) return
  const state = stateOf(draft, key)
  const { told } = state
  const next = { resolved: [], ...told, at: Math.max(told?.at ?? at, at), firing: union(told?.firing, firing) }
  // This group's own delivery does not mention these alerts, and so overtakes no doubt about these alerts.
  setState(draft, key, {
    ...state,
    told: { ...next, openedAt: undefined, heardBy: undefined },
    last: lastAfter(state, { firing, resolved: [], until }),
  })
  lookAgain(draft, firing)
}

/**
 * Earlier incidents that a target may keep open. A message since may have told the same alerts without the names of the
 * earlier incidents, so the ends of the alerts are owed again.
 */
function takeIncidents(draft: Draft, key: string, alerts: AlertSet, incidents: readonly string[]): void {
  const state = stateOf(draft, key)
  const { told, open } = state
  const named = new Set([draft.group.incident?.id, ...(told?.ended ?? []), ...(open?.ended ?? [])])
  const kept = incidents.filter((id) => !named.has(id))
  if (kept.length === 0) return
  const doubted = doubtedElsewhere(state, { firing: alerts, resolved: [], until: 0 }, () => false)
  setState(draft, key, mayKeepOpen(doubted, kept))
  lookAgain(draft, alerts)
}

function takeDoubt(draft: Draft, key: string, { firing, resolved, until }: Doubt): void {
  const state = stateOf(draft, key)
  const overtaken = (state.told?.openedAt ?? 0) >= until ? mentioned(state.told) : []
  const heard = { firing: without(firing, overtaken), resolved: without(resolved, overtaken), until }
  const alerts = mentioned(heard)
  if (alerts.length === 0) return
  setState(draft, key, doubtedElsewhere(state, heard))
  lookAgain(draft, alerts)
}

/**
 * A delivery that is out settles a doubt only about alerts that the delivery mentions, and only if the delivery is
 * surely heard after the doubtful deliveries.
 */
function doubtedElsewhere(state: TargetState, heard: Doubt, isOvertakenBy = isOvertaken(heard)): TargetState {
  const { firing, resolved, until } = heard
  const { doubt, open } = state
  const both = {
    ...doubt,
    firing: union(doubt?.firing, firing),
    resolved: union(doubt?.resolved, resolved),
    until: Math.max(doubt?.until ?? until, until),
  }
  const next = { doubt: both, last: lastAfter(state, heard, isOvertakenBy) }
  if (open === undefined) return { ...state, ...next }
  const settles = isOvertakenBy(open) ? mentioned(open) : []
  const leftOut = without(union(firing, resolved), settles)
  return { ...state, ...next, open: { ...open, leftOut: union(open.leftOut, leftOut) } }
}

/**
 * The next attempt has an id of its own, unless the first attempt of the present id is surely heard after the other
 * group's, or mentions other alerts: the parts of a large group mention few of its alerts.
 */
function lastAfter(
  { last }: TargetState,
  heard: Pick<Doubt, 'firing' | 'resolved' | 'until'>,
  isOvertakenBy = isOvertaken(heard),
): TargetState['last'] {
  if (last === undefined || isOvertakenBy(last)) return last
  return common(mentioned(last), mentioned(heard)).length > 0 ? undefined : last
}

/** Whether even a receiver that drops known ids hears the delivery after all that may arrive until the moment. */
function isOvertaken({ until }: Pick<Doubt, 'until'>): (by: SentDelivery) => boolean {
  return ({ openedAt = 0 }) => openedAt >= until
}

/** The next flush compares alerts that the target may have heard of in another state. */
function lookAgain({ group, heardElsewhere }: Draft, fingerprints: readonly Fingerprint[]): void {
  for (const fingerprint of fingerprints) {
    heardElsewhere.add(fingerprint)
    const member = group.members.get(fingerprint)
    if (member === undefined) continue
    const { compared: _, ...rest } = member
    group.members.set(fingerprint, rest)
  }
}
