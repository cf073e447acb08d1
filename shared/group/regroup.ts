import type { Fingerprint } from '../alert/alert.ts'
import type { Draft, RegroupedKnowledge } from './context.ts'
import { foldTombstone } from './fold.ts'
import type { Doubt, NotificationLogEntry, TargetState } from './group.ts'
import { targetOf, union } from './target.ts'

/*
 * A change of the configuration moves alerts to another group while messages about them are on their way:
 * the alerts themselves, deliveries, and the message that moves them, which may come late and twice. So
 * what comes along is weighed against what is known here already.
 *
 * Who was told of an alert by the old group is not told again, if this one has said nothing of it yet. If
 * it has, and nobody can know which was heard last, both may be the last word: what is in doubt is told
 * once more when nothing older can arrive any more. A second copy of the message finds words that were
 * opened after what it speaks of, and changes nothing.
 */
export function learnRegrouped(draft: Draft, { told, doubt, tombstones }: RegroupedKnowledge): void {
  for (const [fingerprint, tombstone] of tombstones) foldTombstone(draft.group, fingerprint, tombstone)
  for (const [id, mark] of told) {
    const target = targetOf(draft, id)
    const known = new Set(target.open === undefined ? knownAlerts(target) : mark.firing)
    const firing = mark.firing.filter((fingerprint) => !known.has(fingerprint))
    takeTold(draft, target, { at: mark.at, firing })
    takeDoubt(draft, target, { firing: mark.firing.filter((one) => known.has(one)), resolved: [], until: mark.until })
  }
  for (const [id, heard] of doubt) takeDoubt(draft, targetOf(draft, id), heard)
}

/** Alerts of which the target knows more than nothing. */
function knownAlerts({ told }: TargetState): Fingerprint[] {
  return told === undefined ? [] : [...told.firing, ...told.resolved]
}

function takeTold(
  draft: Draft,
  target: TargetState,
  { at, firing }: Pick<NotificationLogEntry, 'at' | 'firing'>,
): void {
  if (firing.length === 0) return
  const { told } = target
  target.told = { resolved: [], ...told, at: Math.max(told?.at ?? at, at), firing: union(told?.firing, firing) }
  lookAgain(draft, firing)
}

function takeDoubt(draft: Draft, target: TargetState, heard: Doubt): void {
  const overtaken = new Set((target.told?.openedAt ?? 0) >= heard.until ? knownAlerts(target) : [])
  const [firing, resolved] = [heard.firing, heard.resolved].map((list) => list.filter((one) => !overtaken.has(one)))
  if (firing!.length + resolved!.length === 0) return
  const { doubt } = target
  target.doubt = {
    firing: union(doubt?.firing, firing),
    resolved: union(doubt?.resolved, resolved),
    until: Math.max(doubt?.until ?? heard.until, heard.until),
  }
  lookAgain(draft, [...firing!, ...resolved!])
}

/** The next flush compares what may have been heard otherwise. */
function lookAgain({ group, heardElsewhere }: Draft, fingerprints: readonly Fingerprint[]): void {
  for (const fingerprint of fingerprints) {
    heardElsewhere.add(fingerprint)
    const member = group.members.get(fingerprint)
    if (member === undefined) continue
    const { compared: _, ...rest } = member
    group.members.set(fingerprint, rest)
  }
}
