import type { Millis } from '../../../../shared/base/time.ts'
import type { LogEntry, TimelineEntry } from '../../../../shared/group/group.ts'
import { targetsOf } from '../../../../shared/group/log-entry.ts'
import { type Reason, reasonKey } from '../../../../shared/reason/reason.ts'

/** What a target knows, as the timeline says. */
export interface Told {
  target: string
  standing: 'told' | 'pending' | 'failing' | 'held' | 'paused' | 'never'
  /** The moment of the newest entry that counts. */
  at: Millis
  reason: Reason
  /** When the target was told last. */
  toldAt?: Millis
  toldFor?: Reason
  /** Attempts in a row that failed, and the first of them. */
  failures: number
  since?: Millis
}

const FAILED: ReadonlySet<TimelineEntry['kind']> = new Set(['refused', 'ambiguous', 'dead'])
const HELD: ReadonlySet<string> = new Set([
  ...['silenced', 'inhibited', 'muted-by-interval', 'outside-active-intervals', 'end-waits'],
])
/** Entries for a target that has no news to hear: the standing before such an entry goes on. */
const KNOWS: ReadonlySet<string> = new Set(['told-already', 'told-already-resolved-unsent', 'claimed'])

/** The standing of every target of a timeline, newest entry first: what failed comes first. */
export function toldTargets(newest: readonly LogEntry[]): Told[] {
  const all = new Map<string, Told & { settled?: true }>()
  let heldAll: { at: Millis; reason: Reason } | undefined
  for (const entry of newest) {
    const targets = targetsOf(entry)
    if (
      targets.length === 0 &&
      entry.kind === 'not-told' &&
      HELD.has(entry.reason.code) &&
      heldAll === undefined &&
      all.size === 0
    ) {
      heldAll = entry
    }
    for (const target of targets) {
      const known = all.get(target)
      if (known === undefined) all.set(target, begin(target, entry))
      else if (!known.settled) follow(known, entry)
    }
  }
  const order = (one: Told): number => ['failing', 'paused', 'pending', 'held', 'never', 'told'].indexOf(one.standing)
  return [...all.values()]
    .map(({ settled: _, ...one }) => one)
    .sort((a, b) => order(a) - order(b) || (a.target < b.target ? -1 : 1))
}

function begin(target: string, { at, kind, reason }: LogEntry): Told & { settled?: true } {
  const one = { target, at, reason, failures: 0 }
  if (kind === 'told') return { ...one, standing: 'told', toldAt: at, toldFor: reason, settled: true }
  if (FAILED.has(kind)) return { ...one, standing: 'failing', failures: 1, since: at }
  if (kind === 'paused') return { ...one, standing: 'paused' }
  if (kind === 'not-told') {
    if (reason.code === 'paused') return { ...one, standing: 'paused' }
    return { ...one, standing: HELD.has(reason.code) ? 'held' : KNOWS.has(reason.code) ? 'told' : 'never' }
  }
  return { ...one, standing: 'pending' }
}

/** An older entry: the attempts before, and when the target was told last. */
function follow(one: Told & { settled?: true }, { at, kind, reason }: LogEntry): void {
  if (kind === 'told') {
    one.toldAt = at
    one.toldFor = reason
    one.settled = true
    if (one.standing === 'never') one.standing = 'told'
  } else if (FAILED.has(kind) && one.toldAt === undefined) {
    // An attempt is under way, and the attempts before failed: that is what a person has to know.
    if (one.standing === 'pending') Object.assign(one, { standing: 'failing', reason })
    if (one.standing === 'failing') {
      one.failures++
      one.since = at
    }
  }
}

/** A line of the log: an entry, or several attempts at the same targets that ended alike. */
export interface LogLine {
  entry: LogEntry
  targets: string[]
  /** Attempts in the line, and the first of them. */
  count: number
  since: Millis
}

/** The lines of a timeline, newest first: attempts that ended alike share a line, and the beginnings of attempts are left out. */
export function foldLog(newest: readonly LogEntry[]): LogLine[] {
  const lines: LogLine[] = []
  /** By targets: the line that an older failure of the same kind continues. */
  const open = new Map<string, LogLine>()
  /** Targets of which a newer entry says what became of the attempt. */
  const settled = new Set<string>()
  for (const entry of newest) {
    const all = targetsOf(entry)
    // The outcome, which is newer, says it all; without an outcome the attempt is under way.
    const targets = entry.kind === 'telling' ? all.filter((target) => !settled.has(target)) : all
    for (const target of all) settled.add(target)
    if (entry.kind === 'telling' && targets.length === 0) continue
    const key = all.join('\n')
    const before = open.get(key)
    if (before !== undefined && all.length > 0 && FAILED.has(entry.kind) && alike(before.entry, entry)) {
      before.count++
      before.since = entry.at
      continue
    }
    const line = { entry, targets, count: 1, since: entry.at }
    lines.push(line)
    if (all.length > 0 && entry.kind !== 'telling') open.set(key, line)
  }
  return lines
}

function alike(a: LogEntry, b: LogEntry): boolean {
  return a.kind === b.kind && reasonKey(a.reason) === reasonKey(b.reason)
}
