import type { Row, RowKey } from './rows.ts'

/*
 * Rows beyond the room of the head lie in runs. A run is a set of rows that was written once; of several rows of an
 * alert, the row in the head counts, then the row in the newest run. Each save writes the changed rows to the head.
 * When the changed rows do not fit the head, they become a new run, together with the newest runs that are not much
 * larger. So a row is written again only when about as many other rows were written since: the cost of a change grows
 * with the logarithm of the group, and not with the group. (A log-structured merge tree, O'Neil et al. 1996.)
 */

export interface Run {
  readonly name: string
  readonly rows: number
}

/**
 * The newest row of a key in the runs. `row` undefined: a mark that the row is gone. Overwritten: the head had another
 * row when the group was read.
 */
export interface RowInRun {
  readonly run: Run
  readonly row: Row | 'overwritten' | undefined
}

export type RowsInRuns = ReadonlyMap<RowKey, RowInRun>

export type RowEntry = readonly [RowKey, Row | undefined]

export interface PlacedRows {
  /** Rows in the head. */
  head: RowEntry[]
  /** From the oldest to the newest. */
  runs: readonly Run[]
  inRuns: RowsInRuns
  /** A run that has to be written. */
  fresh?: { run: Run; rows: RowEntry[] }
}

/**
 * Places the rows of a group: the rows that no run has, in the head, or, when the head has no room for them, together in
 * a new run of this name. `keys`: of all rows that are not in the runs as they are, and of all rows that are gone.
 */
export function placeRows(
  rows: ReadonlyMap<RowKey, Row>,
  keys: Iterable<RowKey>,
  before: { runs: readonly Run[]; inRuns: RowsInRuns },
  { name, headRows }: { name: string; headRows: number },
): PlacedRows {
  const changed = changedRows(rows, keys, before.inRuns)
  if (changed.length <= headRows) return { head: changed, runs: before.runs, inRuns: before.inRuns }

  let [kept, count] = [before.runs.length, changed.length]
  while (kept > 0 && before.runs[kept - 1]!.rows < 2 * count) count += before.runs[--kept]!.rows
  const runs = before.runs.slice(0, kept)
  const staying = new Set(runs)
  const merged = new Map<RowKey, Row | undefined>()
  for (const [key, { run, row }] of before.inRuns) {
    if (row !== 'overwritten' && !staying.has(run)) merged.set(key, row)
  }
  for (const [key, row] of changed) merged.set(key, row)
  // Below the oldest run there is no row that a mark could hide.
  const written = [...merged].filter(([, row]) => row !== undefined || runs.length > 0)

  const run: Run = { name, rows: written.length }
  const inRuns = new Map(before.inRuns)
  for (const key of merged.keys()) inRuns.delete(key)
  for (const [key, row] of written) inRuns.set(key, { run, row })
  if (written.length === 0) return { head: [], runs, inRuns }
  return { head: [], runs: [...runs, run], inRuns, fresh: { run, rows: written } }
}

/** The rows that differ from their newest row in the runs, and a mark for each alert that is gone. */
function changedRows(rows: ReadonlyMap<RowKey, Row>, keys: Iterable<RowKey>, inRuns: RowsInRuns): RowEntry[] {
  const changed: RowEntry[] = []
  for (const key of keys) {
    const row = rows.get(key)
    if (inRuns.get(key)?.row !== row) changed.push([key, row])
  }
  return changed
}
