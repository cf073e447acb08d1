import { DAY, HOUR, MINUTE, type Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { integrationPartition, keys } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'

/*
 * The load of an integration, and the matches of a rule, best effort: no decision depends on these numbers. Time is
 * divided into cells: of five minutes for an integration, of an hour for a rule. In a cell, every worker has an item of
 * its own with its counts so far, so that no worker reads before a write or loses a write to another worker. A reader
 * adds up the cells of the last hour, or shows the hours of a day.
 */

interface Grid {
  cellMs: Millis
  keptMs: Millis
  key: typeof keys.counted
}

const CELLS: Grid = { cellMs: 5 * MINUTE, keptMs: 2 * HOUR, key: keys.counted }
const HOURS: Grid = { cellMs: HOUR, keptMs: 25 * HOUR, key: keys.countedHour }
/** Digits for every possible cell; the texts sort as the numbers do. */
const CELL_DIGITS = 9
/** The shortest time between two writes of the moment of the last event. */
const SEEN_MS = 5 * MINUTE
const SEEN_KEPT_MS = 400 * DAY

interface Counted {
  events: number
  failures: number
  /** The moment of the last event. */
  at: Millis
}

const COUNTED: BodyShape<Counted> = bodyShape('a count of an integration')
const SEEN: BodyShape<Pick<Counted, 'at'>> = bodyShape('the last use of an integration')

interface OpenCell extends Counted {
  account: string
  integration: string
  cell: number
  /** Counts were added since the last save. */
  due: boolean
  /** The moment of the last event in the table. */
  seenAt: Millis
}

export interface IntegrationCounts {
  add(account: string, integration: string, what: Partial<Pick<Counted, 'events' | 'failures'>>, at: Millis): void
  /**
   * Writes the counts that were added for these messages. Never throws: counts that could not be written come with the
   * next save.
   */
  save(messages: readonly { id: string; receives: number }[]): Promise<void>
}

/** The name under which the matches of a rule are counted, beside the integrations: no id of an integration has a colon. */
export function ruleCounts(rule: string): string {
  return `${RULE}${rule}`
}

const RULE = 'rule:'

function gridOf(name: string): Grid {
  return name.startsWith(RULE) ? HOURS : CELLS
}

/** Counts in memory, for one worker of a function. */
export function createIntegrationCounts(table: Table, worker: string): IntegrationCounts {
  const open = new Map<string, OpenCell>()
  let name: string | undefined
  return {
    add(account, integration, { events = 0, failures = 0 }, at) {
      const { cellMs } = gridOf(integration)
      const cell = Math.floor(at / cellMs)
      const key = JSON.stringify([account, integration])
      const known = open.get(key)
      // A late event is counted in the open cell.
      const here = known !== undefined && known.cell >= cell ? known : openCell(account, integration, cell)
      open.set(key, here)
      here.events += events
      here.failures += failures
      here.at = Math.max(here.at, at)
      here.due = true
    },
    async save([first]) {
      if (first === undefined) return
      // The name of the worker is its first message: no other worker received that message at that receive.
      name ??= `${worker}-${first.id}-${first.receives}`
      const newest = Math.max(...[...open.values()].map(({ at }) => at))
      for (const [key, { integration, cell, due }] of open) {
        if (!due && cell < Math.floor(newest / gridOf(integration).cellMs)) open.delete(key)
      }
      const due = [...open.values()].filter((one) => one.due)
      await Promise.all(due.map((one) => writeCell(table, one, name!)))
    },
  }
}

function openCell(account: string, integration: string, cell: number): OpenCell {
  return { account, integration, cell, events: 0, failures: 0, at: 0, due: false, seenAt: 0 }
}

async function writeCell(table: Table, one: OpenCell, worker: string): Promise<void> {
  const { account, integration, cell, events, failures, at, seenAt } = one
  const { key, cellMs, keptMs } = gridOf(integration)
  one.due = false
  try {
    const body = writeBody(COUNTED, { events, failures, at })
    const expiresAt = (cell + 1) * cellMs + keptMs
    // Twice is the same number; only this worker writes there, and its numbers grow.
    await table.put({ ...key(account, integration, cellName(cell), worker), body, expiresAt }, 'always')
    if (at - seenAt < SEEN_MS) return
    // Two workers may write in either order: the two times are minutes apart at most.
    const seen = { ...keys.seen(account, integration), body: writeBody(SEEN, { at }), expiresAt: at + SEEN_KEPT_MS }
    await table.put(seen, 'always')
    one.seenAt = at
  } catch {
    one.due = true
  }
}

export interface Statistics {
  /** Alerts or audit records of the last hour, and bodies that could not be read; precise to five minutes. */
  events: number
  failures: number
  lastSeenAt?: Millis
}

const CELLS_AT_ONCE = 100

export async function readStatistics(
  table: Table,
  account: string,
  integration: string,
  now: Millis,
): Promise<Statistics> {
  const partition = integrationPartition(account, integration)
  const from = cellName(Math.floor((now - HOUR) / CELLS.cellMs) + 1)
  const total = { events: 0, failures: 0, at: 0 }
  let after: string | undefined
  do {
    const page = { limit: CELLS_AT_ONCE, descending: true, after }
    const { items, next } = await table.query(partition, 'cell#', page)
    const recent = items.filter((item) => cellOf(item) >= from)
    for (const { events, failures, at } of recent.map((item) => readBody(COUNTED, item))) {
      total.events += events
      total.failures += failures
      total.at = Math.max(total.at, at)
    }
    // An older cell may still be present: retention removes items late.
    after = recent.length === items.length ? next : undefined
  } while (after !== undefined)
  const seen = total.at > 0 ? total.at : await readLastSeen(table, account, integration)
  const { events, failures } = total
  return { events, failures, ...(seen === undefined ? {} : { lastSeenAt: seen }) }
}

/** Hours of a day. */
const DAY_HOURS = 24
/** The number of items for a day, 24 for each worker. Beyond the number the newest hours count. */
const MOST_ITEMS = 1_000

/** The matches of a rule in each of the last 24 hours, the oldest hour first; the last hour has not ended yet. */
export async function readHours(table: Table, account: string, rule: string, now: Millis): Promise<number[]> {
  const newest = Math.floor(now / HOUR)
  const hours = new Array<number>(DAY_HOURS).fill(0)
  let after: string | undefined
  for (let read = 0; read < MOST_ITEMS; read += CELLS_AT_ONCE) {
    const page = { limit: CELLS_AT_ONCE, descending: true, after }
    const { items, next } = await table.query(integrationPartition(account, ruleCounts(rule)), 'hour#', page)
    const recent = items.filter((item) => newest - hourOf(item) < DAY_HOURS)
    for (const item of recent) {
      // A cell of a worker with a fast clock counts for the present hour.
      const place = Math.min(DAY_HOURS - 1, DAY_HOURS - 1 - (newest - hourOf(item)))
      hours[place]! += readBody(COUNTED, item).events
    }
    // An older hour may still be present: retention removes items late.
    if (next === undefined || recent.length < items.length) break
    after = next
  }
  return hours
}

function hourOf({ sort }: Item): number {
  return Number(sort.slice('hour#'.length, 'hour#'.length + CELL_DIGITS))
}

/** The last event of an integration, to five minutes: a single read. */
export async function readLastSeen(table: Table, account: string, integration: string): Promise<Millis | undefined> {
  const item = await table.get(keys.seen(account, integration))
  return item && readBody(SEEN, item).at
}

function cellName(cell: number): string {
  return String(cell).padStart(CELL_DIGITS, '0')
}

function cellOf({ sort }: Item): string {
  return sort.slice('cell#'.length, 'cell#'.length + CELL_DIGITS)
}
