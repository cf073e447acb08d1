import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import { nativeRouteKey } from '../config/unrouted.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import type { Draft } from './context.ts'
import { MOST_INCIDENTS } from './ended-incidents.ts'
import type { Group, Teller } from './group.ts'
import { type EarlierKeys, eachWithout, heardWithout, keysWithout, mayThinkFiring } from './heard.ts'
import { groupKey } from './identity.ts'
import { notifiedIncident, notifiedPolicy } from './incident.ts'
import {
  arrived,
  endedUnsent,
  forgetting,
  mayTakeForOver,
  type OpenDelivery,
  type TargetState,
} from './target-state.ts'
import { endsOf, type View, viewOnly } from './view.ts'

/*
 * A changed configuration moves an alert to another group, and the messages of the new group have another `groupKey`. A
 * receiver that keeps a ticket for each `groupKey` closes a ticket only by an end under the key of the beginning. So the
 * knowledge of a target moves along with the alert, and names the keys: the end is told under each key that told the
 * beginning, and under no other key.
 *
 * `told` and `doubt` of a target are about all keys together: the last message as a receiver hears the message that looks
 * at no key. So an alert that the target knows under any key is no news. The next message about other news, or the next repeat, names
 * all firing alerts under the key of the new group; from then on an end is owed under both keys.
 *
 * Under an earlier key only ends are told, beside the alerts of that key that fire on. One message is out to a target at
 * a time, under whatever key.
 */

/** The alerts that the target may think to fire under the key of the present group. */
export function thoughtHere(state: TargetState): AlertSet {
  const { earlier, open } = state
  return union(without(mayThinkFiring(state), earlier?.only), open?.under === undefined ? open?.firing : undefined)
}

/**
 * The comparison under the key of the present group: without the alerts that are over, and of which the target never
 * heard under this key.
 */
export function underPresentKey({ views }: Draft, state: TargetState, seen: View): { state: TargetState; seen: View } {
  const strange = without(state.earlier?.only, seen.firing)
  if (strange.length === 0) return { state, seen }
  const resolved = without(seen.resolved, strange)
  const mine = resolved.length === seen.resolved.length ? seen : viewOnly(views, seen, seen.firing, resolved)
  const heard = { ...state, ...heardWithout(state, strange) }
  return { state: heard, seen: { ...mine, leftOut: union(seen.leftOut, strange) } }
}

/** Ends that are owed under the key of another group, beside the alerts of that key that fire on. */
export interface EndsUnder {
  under: string
  seen: View
}

/** The earlier keys under which the target is owed ends. */
export function underEarlierKeys({ views }: Draft, state: TargetState, seen: View): EndsUnder[] {
  return Object.entries(state.earlier?.under ?? {}).flatMap(([under, thought]) => {
    const ends = endsOf(views, seen, thought)
    if (ends === undefined) return []
    const { told, doubt } = state
    const all = union(union(mayThinkFiring(state), told?.resolved), doubt?.resolved)
    const leftOut = without(all, union(ends.firing, ends.resolved))
    return [{ under, seen: { ...ends, leftOut } }]
  })
}

/**
 * `arrived` under one of several keys: an end that is owed under another key too is told in part only. `leavesOpen`: the
 * ends left a ticket open that nobody else closes, so the ends stay owed under the key as well.
 */
export function arrivedUnder(
  state: TargetState,
  open: OpenDelivery,
  muted?: (unmentioned: AlertSet) => AlertSet,
  leavesOpen = false,
): TargetState {
  const { under, resolved } = open
  const owed = leavesOpen ? resolved : owedBeside(state, under, resolved)
  const taken = { ...open, resolved: without(resolved, owed), leftOut: union(open.leftOut, owed) }
  const heard = arrived(leavesOpen ? { ...state, recheck: true } : state, taken, muted)
  const next = endedUnder(heard, under, leavesOpen ? [] : resolved, owed)
  if (open.under === undefined) return next
  // Repeats, claims and the incident of the present group have their times by the messages under the present key.
  const { at = open.nominal, incident } = state.told ?? {}
  const told = next.told && { ...next.told, at, incident }
  return { ...next, told }
}

/** The target is sent no ends: the ends count as known under the earlier key. */
export function endedUnsentUnder(state: TargetState, { under, seen }: EndsUnder, now: Millis): TargetState {
  const owed = owedBeside(state, under, seen.resolved)
  const { at = now, incident } = state.told ?? {}
  const mark = { at, firing: [], resolved: without(seen.resolved, owed), incident }
  const next = endedUnsent(state, mark, union(union(seen.leftOut, seen.firing), owed))
  return endedUnder(next, under, seen.resolved, owed)
}

/** Of these ends under a key, the ends that are owed under another key too. */
function owedBeside(state: TargetState, key: string | undefined, ends: AlertSet): AlertSet {
  const here = key === undefined ? [] : thoughtHere(state)
  const others = Object.entries(state.earlier?.under ?? {}).filter(([group]) => group !== key)
  return common(
    ends,
    others.reduce((all, [, thought]) => union(all, thought), here),
  )
}

function endedUnder(state: TargetState, key: string | undefined, ends: AlertSet, owed: AlertSet): TargetState {
  const { earlier } = state
  if (earlier === undefined) return state
  const { under, only, over } = earlier
  const done = without(ends, owed)
  const left =
    key === undefined
      ? // Under the present key the end is known: from now on it is owed under the earlier keys alone.
        { under, only: union(without(only, done), owed), over }
      : {
          under: { ...under, [key]: without(under[key], ends) },
          only: without(only, done),
          over: { ...over, [key]: union(over[key], ends) },
        }
  const next = { ...state, earlier: keysWithout(left, []) }
  // A receiver that looks at no key heard the end: the alert is told again if it fires anew before the other end is told.
  return mayTakeForOver(next, owed)
}

/**
 * The target heard of alerts under the keys of other groups. `here`: the alerts that it knew under the present key. An
 * alert may be known to be over by now, and still its end is owed under the key of the other group.
 */
export function toldUnder(
  state: TargetState,
  keys: readonly (readonly [group: string, alerts: AlertSet])[],
  here: AlertSet,
): TargetState {
  const thought = mayThinkFiring(state)
  const { under: before = {}, over = {}, only: alone = [] } = state.earlier ?? {}
  const under = { ...before }
  let only: AlertSet = without(alone, here)
  let late: AlertSet = []
  for (const [group, alerts] of keys) {
    const owed = without(alerts, over[group])
    under[group] = union(under[group], owed)
    late = union(late, without(owed, thought))
    only = union(only, without(alerts, common(here, thought)))
  }
  const next = { ...state, earlier: keysWithout({ under, only, over }, []) }
  if (late.length === 0) return next
  const { doubt } = state
  return { ...next, doubt: { resolved: [], until: 0, ...doubt, firing: union(doubt?.firing, late) } }
}

/** Drops the ends of alerts that are owed under keys which are told no more. */
export function droppingKeys(state: TargetState, alerts: AlertSet, keeps: (group: string) => boolean): TargetState {
  if (state.earlier === undefined) return state
  const { under, only, over } = state.earlier
  const left = Object.entries(under).map(([group, thought]) => {
    return [group, keeps(group) ? thought : without(thought, alerts)] as const
  })
  const untold = left.reduce((some, [, thought]) => without(some, thought), only)
  return forgetting({ ...state, earlier: { under: Object.fromEntries(left), only, over } }, untold)
}

/** Whether ends are owed under an earlier key. */
export function owesEarlierKeys({ earlier }: Pick<TargetState, 'earlier'>): boolean {
  return earlier !== undefined && Object.keys(earlier.under).length > 0
}

/** What the messages of a group say of the group itself. `policy`: the policy as it is now, or undefined. */
export function tellerOf(group: TellerSource, policy: Policy | undefined): Teller {
  const { policy: id, labels, incident, lastIncident } = group
  const wire = group.wire ?? { receiver: id, routeKey: nativeRouteKey(id) }
  const named = incident === undefined ? lastIncident : notifiedIncident(incident)
  const ended = incidentsBefore(group, named?.id)
  return {
    groupKey: groupKey(wire, labels),
    groupLabels: labels,
    ...(wire.routeLabels && { routeLabels: wire.routeLabels }),
    receiver: wire.receiver,
    policy: policy === undefined ? { id, name: wire.receiver } : notifiedPolicy(policy),
    incident: named,
    ...(ended.length > 0 && { ended }),
  }
}

export type TellerSource = Pick<Group, 'policy' | 'labels' | 'wire' | 'incident' | 'lastIncident' | 'targets'>

/** Incidents of before, of which a target may not know the end: a message about them was out when the alerts went. */
function incidentsBefore({ targets }: Pick<Group, 'targets'>, present: string | undefined): string[] {
  const known = [...targets.values()].flatMap(({ told, doubt, open }) => [
    ...(told?.incident === undefined ? [] : [told.incident.id]),
    ...(doubt?.incidents ?? []),
    ...(open?.incident === undefined || open.under !== undefined ? [] : [open.incident.id]),
  ])
  return [...new Set(known)].filter((id) => id !== present).slice(-MOST_INCIDENTS)
}

/** The names of a policy on the wire are kept where the id of the policy does not say them: of an imported route. */
export function keepWire(group: Group, { id, receiver, routeKey, routeLabels }: Policy): void {
  const follows = receiver === id && routeKey === nativeRouteKey(id)
  group.wire = follows ? undefined : { receiver, routeKey, ...(routeLabels && { routeLabels }) }
}

/**
 * Forgets the earlier keys of alerts whose ends are known, and of alerts that left: a paused target, for example, is told
 * their ends no more. What was told is known for as long as a late copy of a message may bring the alert again. A second
 * run changes nothing.
 */
export function forgetEarlierKeys({ group }: Draft): void {
  if (group.tellers === undefined && ![...group.targets.values()].some(({ earlier }) => earlier)) return
  const { members, tombstones } = group
  const used = new Set<string>()
  for (const [key, state] of group.targets) {
    const { earlier } = state
    if (earlier === undefined) continue
    const all = Object.values(earlier.under).reduce((some, thought) => union(some, thought), earlier.only)
    const left = all.filter((one) => !members.has(one))
    const kept = left.length === 0 ? state : forgetting(state, common(earlier.only, left))
    const next = kept.earlier && forgetKeys(kept.earlier, union(left, without(all, mayThinkFiring(kept))))
    for (const id of Object.keys(next?.under ?? {})) used.add(id)
    if (kept !== state || next !== earlier) group.targets.set(key, { ...kept, earlier: next })
  }
  const tellers = Object.entries(group.tellers ?? {}).filter(([id]) => used.has(id))
  group.tellers = tellers.length === 0 ? undefined : Object.fromEntries(tellers)

  function forgetKeys({ under, only, over }: EarlierKeys, gone: AlertSet): EarlierKeys | undefined {
    const said = Object.values(over).reduce((some: AlertSet, ends) => union(some, ends), [])
    const left = said.filter((one) => !members.has(one) && !tombstones.has(one))
    const rest = { under: eachWithout(under, gone), only: without(only, gone), over: eachWithout(over, left) }
    return keysWithout(rest, [])
  }
}
