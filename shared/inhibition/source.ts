import type { Fingerprint } from '../alert/alert.ts'
import { mergeAlerts, overlaps } from '../alert/merge.ts'
import { compareStamps, type Stamp } from '../alert/stamp.ts'
import { HOUR, type Millis } from '../base/time.ts'

/** What is kept of an alert that may hold others back. */
export interface SourceEntry {
  fingerprint: Fingerprint
  startsAt: Millis
  endsAt: Millis
  /** As the alert's: `endsAt` is our recovery time, not the sender's word. */
  timeout: boolean
  /** The newest message that was merged into it. */
  stamp: Stamp
  twoSided: boolean
}

/** One firing source is enough to inhibit; what a larger number would add is heard again when it is resent. */
export const MAX_SOURCES = 100

/**
 * How long a source that ended is remembered: a late duplicate of an older firing must find it and
 * not revive it. Longer than any message is on its way before it is dead (`queue/port.ts`).
 */
export const SOURCE_KEEP_MS = HOUR

/**
 * Takes in one message about a source. As in groups, the stamp decides which of two is newer, not the
 * order of arrival; a message that adds nothing returns the very same list.
 */
export function foldSource(entries: readonly SourceEntry[], entry: SourceEntry): SourceEntry[] {
  const known = entries.find(({ fingerprint }) => fingerprint === entry.fingerprint)
  const merged = known === undefined ? entry : merge(known, entry)
  if (merged === known) return entries as SourceEntry[]
  const others = entries.filter((other) => other !== known)
  const next = [...others, merged].sort(latestFirst).slice(0, MAX_SOURCES)
  return next.includes(merged) ? next : (entries as SourceEntry[])
}

function latestFirst(a: SourceEntry, b: SourceEntry): number {
  return b.endsAt - a.endsAt || (a.fingerprint < b.fingerprint ? -1 : 1)
}

/** `known` itself when the message adds nothing. */
function merge(known: SourceEntry, entry: SourceEntry): SourceEntry {
  const order = compareStamps(entry.stamp, known.stamp)
  if (order === 0) return known
  const [older, newer] = order > 0 ? [known, entry] : [entry, known]
  const merged = overlaps(older, newer) ? mergeAlerts(older, newer, newer.stamp.at) : newer
  const same = merged.stamp === known.stamp && merged.startsAt === known.startsAt && merged.endsAt === known.endsAt
  return same ? known : merged
}

/** Without what nobody has to remember any more; the very same list when there is nothing to drop. */
export function pruneSources(entries: readonly SourceEntry[], now: Millis): SourceEntry[] {
  const kept = entries.filter((entry) => keptUntil(entry) > now)
  return kept.length === entries.length ? (entries as SourceEntry[]) : kept
}

/** When the last of them may be forgotten. */
export function sourcesKeptUntil(entries: readonly SourceEntry[]): Millis {
  return Math.max(...entries.map(keptUntil))
}

/** An end may be long past when it is heard of, so the time it was received counts too. */
function keptUntil({ endsAt, stamp }: SourceEntry): Millis {
  return Math.max(endsAt, stamp.at) + SOURCE_KEEP_MS
}

/**
 * The source that holds this target back, if one does: it fires, it is not the target itself, and
 * not both of them match both sides of the rule (or two alerts would silence each other).
 */
export function inhibitedBy(
  entries: readonly SourceEntry[],
  target: { fingerprint: Fingerprint; twoSided: boolean },
  now: Millis,
): Fingerprint | undefined {
  const source = entries.find(
    ({ fingerprint, endsAt, twoSided }) =>
      now < endsAt && fingerprint !== target.fingerprint && !(twoSided && target.twoSided),
  )
  return source?.fingerprint
}
