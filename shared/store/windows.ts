import { type Chance, type Clock, DAY, type Millis } from '../base/time.ts'
import type { CountedRecord } from '../rule/correlate.ts'
import type { Correlation } from '../rule/rule.ts'
import { addRecords, compileTimespanTest, unionOf } from '../rule/window.ts'
import { type BodyShape, bodyShape } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { readItem, updateItem } from '../table/update.ts'

/*
 * What correlations have counted. Time is divided into cells as long as the correlation's timespan, and
 * every cell of a group has an item: the counted records in it, cut by the fold as its threshold allows. A span
 * of that length touches at most two neighbouring cells, so a cell and the two beside it answer for any
 * event, however late it comes and whatever came before: nothing has to be forgotten to make room.
 */

/** One group of one correlation. */
export interface Window {
  account: string
  /** Hash of the rule as it is written and of the group's values: a changed rule counts anew. */
  id: string
  correlation: Correlation
}

export interface WindowDeps {
  table: Table
  clock: Clock
  chance: Chance
}

/** Writers that overtake each other so often in a row: the messages are better retried later. */
const TRIES = 8
const RACE_JITTER_MS = 50
/** Cells of one window under way at once. */
const SIDE_BY_SIDE = 8
/** After its last moment could count, as long as a message can wait in a queue (`infra/aws/queues`). */
const LATE_MS = 4 * DAY

type CountedRecords = readonly CountedRecord[]

/**
 * Adds the records, then says of each whether enough lie in one timespan with it. All are written before
 * a neighbouring cell is read: of two workers that add to neighbours, one at least sees both. A second
 * copy of a record changes nothing and is answered as the first was.
 */
export async function countRecords(
  deps: WindowDeps,
  window: Window,
  records: readonly CountedRecord[],
): Promise<boolean[]> {
  const { correlation } = window
  const { timespanMs } = correlation
  const byCell = [...Map.groupBy(records, ({ time }) => Math.floor(time / timespanMs))]
  const own = new Map<number, CountedRecords>()
  await sideBySide(byCell, async ([cell, added]) => {
    own.set(cell, await addTo(deps, window, cell, added))
  })
  const matched = new Set<CountedRecord>()
  await sideBySide(byCell, async ([cell, added]) => {
    const here = unionOf(correlation, own.get(cell) ?? [], added)
    const open = noteMatched(correlation, here, added, matched)
    if (open.length === 0) return
    const [before, after] = await Promise.all([cell - 1, cell + 1].map((other) => read(deps.table, window, other)))
    const near = unionOf(correlation, here, before ?? [], after ?? [])
    if (near.length > here.length) noteMatched(correlation, near, open, matched)
  })
  return records.map((record) => matched.has(record))
}

/** Returns those that are not raised among what was seen. */
function noteMatched(
  correlation: Correlation,
  seen: CountedRecords,
  asked: CountedRecords,
  matched: Set<CountedRecord>,
): CountedRecords {
  const matches = compileTimespanTest(correlation, seen)
  for (const record of asked) if (matches(record)) matched.add(record)
  return asked.filter((record) => !matched.has(record))
}

/**
 * Read, fold, write unless another writer was faster; a fold that changes nothing is not written. Safe twice and late:
 * the fold takes a record once, and an older set never replaces a newer one.
 */
async function addTo(deps: WindowDeps, window: Window, cell: number, added: CountedRecords): Promise<CountedRecords> {
  const { clock, chance, table } = deps
  const updated = await updateItem(
    table,
    keyOf(window, cell),
    CELL,
    (before) => {
      const folded = addRecords(
        window.correlation,
        before === undefined ? [] : recordsOf(window, cell, before.body),
        added,
      )
      const body = bodyOf(window, cell, folded)
      return { folded, next: { body, expiresAt: keptUntil(window, cell, clock.now()) } }
    },
    { tries: TRIES, jitter: { clock, chance, ms: RACE_JITTER_MS } },
  )
  // The message comes again.
  if (updated.result === 'lost') {
    throw new Error(`a window of ${window.correlation.id} is being written by too many at once`)
  }
  return updated.decided.folded
}

function keyOf({ account, id }: Window, cell: number) {
  return keys.window(account, id, String(cell))
}

/** An event of a clock that runs years ahead must not be kept for years. */
function keptUntil({ correlation: { timespanMs } }: Window, cell: number, now: Millis): Millis {
  const end = Math.min((cell + 1) * timespanMs, now + timespanMs)
  return Math.max(now, end) + timespanMs + LATE_MS
}

/** `rule` as its place among the correlation's rules, times from the beginning of the cell. */
interface CellBody {
  seen: [offset: number, id: string, rule?: number, value?: string][]
}

const CELL: BodyShape<CellBody> = bodyShape('a cell of a window')
const NONE = -1

function bodyOf({ correlation: { rules, timespanMs } }: Window, cell: number, seen: CountedRecords): CellBody {
  return {
    seen: seen.map(({ time, id, rule, value }) => {
      const offset = time - cell * timespanMs
      if (value !== undefined) return [offset, id, rule === undefined ? NONE : rules.indexOf(rule), value]
      return rule === undefined ? [offset, id] : [offset, id, rules.indexOf(rule)]
    }),
  }
}

function recordsOf({ correlation: { rules, timespanMs } }: Window, cell: number, { seen }: CellBody): CountedRecords {
  return seen.map(([offset, id, place = NONE, value]): CountedRecord => {
    const rule = rules[place]
    const time = offset + cell * timespanMs
    return { time, id, ...(rule === undefined ? {} : { rule }), ...(value === undefined ? {} : { value }) }
  })
}

async function read(table: Table, window: Window, cell: number): Promise<CountedRecords> {
  const stored = await readItem(table, keyOf(window, cell), CELL)
  return stored === undefined ? [] : recordsOf(window, cell, stored.body)
}

async function sideBySide<T>(things: readonly T[], run: (thing: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < things.length; from += SIDE_BY_SIDE) {
    await Promise.all(things.slice(from, from + SIDE_BY_SIDE).map(run))
  }
}
