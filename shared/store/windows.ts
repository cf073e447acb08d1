import { type Chance, type Clock, DAY, type Millis } from '../base/time.ts'
import type { CountedRecord } from '../rule/correlate.ts'
import type { Correlation } from '../rule/rule.ts'
import { addRecords, compileTimespanTest, unionOf } from '../rule/window.ts'
import { type BodyShape, bodyShape } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { readItem, updateItem } from '../table/update.ts'

/*
 * The counts of correlations. Time is divided into cells as long as the timespan of the correlation. Every cell of a
 * group has an item: the counted records in the cell, trimmed by the fold as far as the threshold allows. A span of
 * that length touches at most two neighbouring cells. So a cell and its two neighbours answer for every event, however
 * late the event comes and in every order: no record has to be forgotten to make room.
 */

/** A group of a correlation. */
export interface Window {
  account: string
  /** Hash of the rule as it is written and of the values of the group: a changed rule counts anew. */
  id: string
  correlation: Correlation
}

export interface WindowDeps {
  table: Table
  clock: Clock
  chance: Chance
}

/** Attempts of a writer. After so many lost races in a row, a later retry of the messages is better. */
const TRIES = 8
const RACE_JITTER_MS = 50
/** Cells of a window under way at the same moment. */
const SIDE_BY_SIDE = 8
/**
 * A cell is kept this long after its last moment could count: as long as a message can wait in a queue
 * (`infra/aws/queues`).
 */
const LATE_MS = 4 * DAY

type CountedRecords = readonly CountedRecord[]

/**
 * Adds the records, then says for each record whether enough records lie in one timespan with it. The writes come
 * before the read of a neighbouring cell: of two workers that add to neighbours, at least one worker sees both cells. A
 * second copy of a record changes nothing, and has the same answer as the first copy.
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
    // A neighbour never takes a match back, except where a rule has to be absent.
    const open = correlation.expression === undefined ? noteMatched(correlation, here, added, matched) : added
    if (open.length === 0) return
    const [before, after] = await Promise.all([cell - 1, cell + 1].map((other) => read(deps.table, window, other)))
    const near = unionOf(correlation, here, before ?? [], after ?? [])
    if (near.length > here.length || open === added) noteMatched(correlation, near, open, matched)
  })
  return records.map((record) => matched.has(record))
}

/** Returns the records without a match among the seen records. */
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
 * Reads, folds, and writes unless another writer was faster; a fold without a change is not written. Safe twice and
 * late: the fold takes a record once, and an older set never replaces a newer set.
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

/**
 * The records by time, one list for each member, so that 20,000 records fit an item. Ids and values contain no comma.
 */
interface CellBody {
  /** The milliseconds between a record and the record before, in base 36. The first counts from the cell's beginning. */
  times: string
  ids: string
  /** Only for `temporal` and `temporal_ordered`: places among the rules of the correlation. */
  rules?: number[]
}

/** Format 1: a list for each record, with hashes of 64 bits in hex. Format 2 has their first 48 bits in base64. */
interface FirstCellBody {
  seen: [offset: number, id: string, rule?: number, value?: string][]
}

const CELL: BodyShape<CellBody> = bodyShape('a cell of a window', { writes: 2, reads: 2 })

function bodyOf({ correlation: { rules, timespanMs, type } }: Window, cell: number, seen: CountedRecords): CellBody {
  let before = cell * timespanMs
  const times = seen.map((record) => {
    const time = Math.floor(record.time)
    const delta = time - before
    before = time
    return delta.toString(36)
  })
  // A value counts once, whichever events have the value.
  const ids = seen.map(({ id, value }) => (type === 'value_count' ? (value ?? id) : id))
  const body: CellBody = { times: times.join(','), ids: ids.join(',') }
  const hasRules = seen.some(({ rule }) => rule !== undefined)
  return hasRules ? { ...body, rules: seen.map(({ rule }) => rules.indexOf(rule ?? '')) } : body
}

function recordsOf({ correlation }: Window, cell: number, body: CellBody | FirstCellBody): CountedRecords {
  const { rules: names, timespanMs, type } = correlation
  if ('seen' in body) {
    const start = cell * timespanMs
    return body.seen.map(([offset, id, place = -1, value]) => {
      const time = start + offset
      if (value !== undefined) return { time, id: shortened(value), value: shortened(value) }
      return { time, id: shortened(id), rule: names[place] }
    })
  }
  const { times, ids, rules } = body
  if (times === '') return []
  const deltas = times.split(',')
  let time = cell * timespanMs
  return ids.split(',').map((id, place): CountedRecord => {
    time += Number.parseInt(deltas[place]!, 36)
    if (type === 'value_count') return { time, id, value: id }
    return rules === undefined ? { time, id } : { time, id, rule: names[rules[place]!] }
  })
}

function shortened(hex: string): string {
  return Buffer.from(hex.slice(0, 12), 'hex').toString('base64url')
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
