import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { type AlertSet, common, union, without } from './alert-sets.ts'
import type { Draft, RegroupedKnowledge } from './context.ts'
import { foldTombstone } from './fold.ts'
import { setState, stateOf } from './target.ts'
import type { Doubt, SentDelivery, TargetState } from './target-state.ts'

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
 * A delivery that was first tried before the old group's notification about the same alerts is not tried again under its
 * id: a receiver that drops known ids would not hear the delivery after the old group's.
 */
export function learnRegrouped(draft: Draft, { told, doubt, tombstones }: RegroupedKnowledge): void {
  for (const [fingerprint, tombstone] of tombstones) foldTombstone(draft.group, fingerprint, tombstone)
  // Doubts come first: `takeTold` forgets the moment at which this group's own delivery was opened.
  for (const [key, heard] of doubt) takeDoubt(draft, key, heard)
  for (const [key, mark] of told) {
    const { open, told } = stateOf(draft, key)
    const known = open === undefined ? common(mark.firing, mentioned(told)) : mark.firing
    takeDoubt(draft, key, { firing: known, resolved: [], until: mark.until })
    takeTold(draft, key, { ...mark, firing: without(mark.firing, known) })
  }
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
function doubtedElsewhere(state: TargetState, heard: Doubt): TargetState {
  const { firing, resolved, until } = heard
  const { doubt, open } = state
  const both = {
    ...doubt,
    firing: union(doubt?.firing, firing),
    resolved: union(doubt?.resolved, resolved),
    until: Math.max(doubt?.until ?? until, until),
  }
  const next = { doubt: both, last: lastAfter(state, heard) }
  if (open === undefined) return { ...state, ...next }
  const settles = isHeardAfter(open, until) ? mentioned(open) : []
  const leftOut = without(union(firing, resolved), settles)
  return { ...state, ...next, open: { ...open, leftOut: union(open.leftOut, leftOut) } }
}

/**
 * The next attempt has an id of its own, unless the first attempt of the present id is surely heard after the other
 * group's, or mentions other alerts: the parts of a large group mention few of its alerts.
 */
function lastAfter({ last }: TargetState, heard: Doubt): TargetState['last'] {
  if (last === undefined || isHeardAfter(last, heard.until)) return last
  return common(mentioned(last), mentioned(heard)).length > 0 ? undefined : last
}

/** Whether even a receiver that drops known ids hears the delivery after all that may arrive until the moment. */
function isHeardAfter({ openedAt = 0 }: SentDelivery, until: Millis): boolean {
  return openedAt >= until
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
