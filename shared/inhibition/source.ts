import type { Fingerprint } from '../alert/alert.ts'
import { mergeAlerts, overlaps } from '../alert/merge.ts'
import { compareStamps, presentStamp, type Stamp } from '../alert/stamp.ts'
import { HOUR, MAX_MILLIS, type Millis } from '../base/time.ts'

/** The stored part of an alert that may inhibit further alerts. */
export interface SourceEntry {
  fingerprint: Fingerprint
  startsAt: Millis
  endsAt: Millis
  /** As in the alert: `endsAt` is the integration's recovery time, not an end that the sender gave. */
  timeout: boolean
  /** The stamp of the newest message that was merged into the entry. */
  stamp: Stamp
  /** The alert matches source and target of the rule. */
  twoSided: boolean
}

/** Entries under a key. A single firing source is enough to inhibit, and a dropped source returns when resent. */
export const MAX_SOURCES = 100

/**
 * The time for which a source is remembered after the end: a late duplicate of an older firing must find the
 * entry and not revive the source. Longer than a message can be on the way before it is dead (`queue/port.ts`).
 */
export const SOURCE_KEEP_MS = HOUR

/**
 * Folds a message about a source into the list. As in groups, the stamp decides which of two messages is
 * newer, not the order of arrival. The very same list is returned when the message changes no entry.
 */
export function foldSource(entries: readonly SourceEntry[], entry: SourceEntry): SourceEntry[] {
  const known = entries.find(({ fingerprint }) => fingerprint === entry.fingerprint)
  const merged = known === undefined ? entry : mergeSource(known, entry)
  if (merged === known) return entries as SourceEntry[]
  const others = entries.filter((other) => other !== known)
  const next = [...others, merged].sort(latestFirst).slice(0, MAX_SOURCES)
  return next.includes(merged) ? next : (entries as SourceEntry[])
}

function latestFirst(a: SourceEntry, b: SourceEntry): number {
  return b.endsAt - a.endsAt || (a.fingerprint < b.fingerprint ? -1 : 1)
}

/** The very same `known` when the message changes no field. */
function mergeSource(known: SourceEntry, entry: SourceEntry): SourceEntry {
  const order = compareStamps(entry.stamp, known.stamp)
  if (order === 0) return known
  const [older, newer] = order > 0 ? [known, entry] : [entry, known]
  const merged = overlaps(older, newer) ? mergeAlerts(older, newer, newer.stamp.at) : newer
  const same = merged.stamp === known.stamp && merged.startsAt === known.startsAt && merged.endsAt === known.endsAt
  return same ? known : merged
}

/**
 * Brings entries that were written before the clock was set back into reach of the present clock, as
 * `group/set-back.ts` does for alerts: a source that was over stays over, and a recovery time begins anew at most. The
 * very same list when the clock was not set back.
 */
export function sourcesInReach(entries: readonly SourceEntry[], now: Millis): SourceEntry[] {
  const stepped = entries.some(({ stamp }) => presentStamp(stamp, now) !== stamp)
  return stepped ? entries.map((entry) => inReach(entry, now)) : (entries as SourceEntry[])
}

function inReach(entry: SourceEntry, now: Millis): SourceEntry {
  const { endsAt, timeout } = entry
  const stamp = presentStamp(entry.stamp, now)
  if (stamp === entry.stamp) return entry
  const wasOver = !timeout && entry.stamp.at >= endsAt
  const latest = wasOver ? now : timeout && endsAt < MAX_MILLIS ? now + endsAt - entry.stamp.at : endsAt
  return { ...entry, stamp, endsAt: Math.min(endsAt, latest) }
}

/** Without the entries that may be forgotten; the very same list when no entry is dropped. */
export function pruneSources(entries: readonly SourceEntry[], now: Millis): SourceEntry[] {
  const kept = entries.filter((entry) => keptUntil(entry) > now)
  return kept.length === entries.length ? (entries as SourceEntry[]) : kept
}

/** The moment after which no entry of the list has to be remembered. */
export function sourcesKeptUntil(entries: readonly SourceEntry[]): Millis {
  return Math.max(...entries.map(keptUntil))
}

/** An end may be long past when the message arrives, so the time of receipt counts too. */
function keptUntil({ endsAt, stamp }: SourceEntry): Millis {
  return Math.max(endsAt, stamp.at) + SOURCE_KEEP_MS
}

/**
 * The firing source that inhibits the target. The target never inhibits itself. Where source and target are
 * two-sided there is no inhibition: two such alerts would inhibit one another, and neither would be told.
 */
export function inhibitedBy(
  entries: readonly SourceEntry[],
  target: { fingerprint: Fingerprint; twoSided: boolean },
  now: Millis,
): Fingerprint | undefined {
  const source = entries.find(
    (entry) => fires(entry, now) && entry.fingerprint !== target.fingerprint && !(entry.twoSided && target.twoSided),
  )
  return source?.fingerprint
}

/** A source that was over when its message came stays over, also by a clock that was set back since. */
function fires({ endsAt, timeout, stamp }: SourceEntry, now: Millis): boolean {
  return now < endsAt && (timeout || stamp.at < endsAt)
}
