import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import { union } from './alert-sets.ts'
import type { Draft, RegroupedKnowledge } from './context.ts'
import { foldTombstone } from './fold.ts'
import { setState, stateOf } from './target.ts'
import type { Doubt, NotificationLogEntry, TargetState } from './target-state.ts'

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
 * A delivery that was first tried before the old group's notification is not tried again under its id: a receiver that
 * drops known ids would not hear the delivery after the old group's.
 */
export function learnRegrouped(draft: Draft, { told, doubt, tombstones }: RegroupedKnowledge): void {
  for (const [fingerprint, tombstone] of tombstones) foldTombstone(draft.group, fingerprint, tombstone)
  for (const [key, mark] of told) {
    const { open, told } = stateOf(draft, key)
    const known = new Set(open === undefined ? knownAlerts(told) : mark.firing)
    const firing = mark.firing.filter((fingerprint) => !known.has(fingerprint))
    takeTold(draft, key, { ...mark, firing })
    takeDoubt(draft, key, { firing: mark.firing.filter((one) => known.has(one)), resolved: [], until: mark.until })
  }
  for (const [key, heard] of doubt) takeDoubt(draft, key, heard)
}

/** Alerts that the target was told of, as firing or resolved. */
function knownAlerts(told: NotificationLogEntry | undefined): readonly Fingerprint[] {
  return told === undefined ? [] : [...told.firing, ...told.resolved]
}

function takeTold(draft: Draft, key: string, { at, firing, until }: RegroupedKnowledge['told'][number][1]): void {
  if (firing.length === 0) return
  const state = withFreshId(stateOf(draft, key), until)
  const { told } = state
  const next = { resolved: [], ...told, at: Math.max(told?.at ?? at, at), firing: union(told?.firing, firing) }
  setState(draft, key, { ...state, told: next })
  lookAgain(draft, firing)
}

function takeDoubt(draft: Draft, key: string, heard: Doubt): void {
  const state = stateOf(draft, key)
  const overtaken = new Set((state.told?.openedAt ?? 0) >= heard.until ? knownAlerts(state.told) : [])
  const [firing, resolved] = [heard.firing, heard.resolved].map((list) => list.filter((one) => !overtaken.has(one)))
  if (firing!.length + resolved!.length === 0) return
  const { doubt } = state
  const next = {
    firing: union(doubt?.firing, firing),
    resolved: union(doubt?.resolved, resolved),
    until: Math.max(doubt?.until ?? heard.until, heard.until),
  }
  setState(draft, key, { ...withFreshId(state, heard.until), doubt: next })
  lookAgain(draft, [...firing!, ...resolved!])
}

/** The next attempt has an id of its own, unless the first attempt of the present id is surely heard after `until`. */
function withFreshId(state: TargetState, until: Millis): TargetState {
  return (state.last?.openedAt ?? 0) >= until ? state : { ...state, last: undefined }
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
