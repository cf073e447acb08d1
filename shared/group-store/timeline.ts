import type { Millis } from '../base/time.ts'
import type { Group, LogEntry, TimelineEntry } from '../group/group.ts'
import { entryAbout, targetsOf } from '../group/log-entry.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { groupPartition, keys } from '../table/keys.ts'
import type { Item, ItemKey, Page, Table } from '../table/port.ts'
import { splitVersion, type Version } from '../table/version.ts'
import { parseHead } from './head-body.ts'
import { readTold, type WrittenEntry, wholeEntries, writeTold } from './told-entries.ts'

/*
 * The timeline of a group: items with several entries each, oldest first, and after the items the entries that the head
 * carries. A decision adds its entries to the head, in the same write as the decision itself. When the head carries
 * enough entries, the next save writes the entries as one item, before it saves a head without the entries.
 */

const ENTRIES: BodyShape<StoredEntries> = bodyShape('entries of a timeline', { writes: 3, reads: 3 })

/** Format 2 had every entry whole, format 1 one entry in an item. */
type StoredEntries = { entries: WrittenEntry[] } | LogEntry

/**
 * Below both limits the entries stay in the head. Each save writes the carried entries again. Four whole entries with
 * their arrivals are some 220 compressed bytes, and the head of twenty alerts still is a single write unit.
 * Six whole entries make many heads two units: 157 instead of 133 write units for heads and timelines of 1,000 alerts.
 * The second limit is for the words of people and for long lists of targets.
 */
const MOST_ENTRIES = 4
const MOST_CHARS = 4096

/** A saved head, with the entries that the head carries. */
interface SavedHead {
  group: Pick<Group, 'account' | 'id' | 'log' | 'wakeAt'>
  version: Version
}

/**
 * Writes the entries of a head as an item, if the head has enough of them, or is the last head of its group. Gives the
 * entries that the next head has to carry on.
 *
 * The saved head alone decides whether the entries are written, under which key, and with which content. So every
 * worker that goes on from this head writes the same item. Twice, or before a lost race or a crash, is safe: no head
 * carries the entries on, so no other item will have the entries too.
 */
export async function spillTimeline(table: Table, head: SavedHead, expiresAt: Millis): Promise<LogEntry[]> {
  const { log } = head.group
  if (!isSpilled(head)) return log
  await table.put({ ...spillKey(head), body: writeBody(ENTRIES, { entries: writeTold(log) }), expiresAt }, 'always')
  return []
}

function isSpilled({ group: { log, wakeAt } }: SavedHead): boolean {
  if (log.length === 0) return false
  // Most logs are so short that their entries need not be compared.
  const areMany = log.length >= MOST_ENTRIES && wholeEntries(log) >= MOST_ENTRIES
  return wakeAt === undefined || areMany || JSON.stringify(log).length >= MOST_CHARS
}

/** Digits for every possible moment and number of saves: the texts sort as the numbers do. */
const [MOMENT_DIGITS, SAVE_DIGITS] = [15, 10]

/**
 * The time of the first entry, and the version of the head that carries the entries. The count of the version keeps
 * entries of the same moment in order; the mark tells apart two lives of a group.
 */
function spillKey({ group: { account, id, log }, version }: SavedHead): ItemKey {
  const { count, mark } = splitVersion(version)
  const place = [padded(log[0]!.at, MOMENT_DIGITS), padded(count, SAVE_DIGITS), mark].join('-')
  return keys.timeline(account, id, place)
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}

/** Entries that lie together: in an item, or in the head. */
interface Log {
  sort: string
  entries: readonly LogEntry[]
}

/** The entries of an item of a timeline, in the present format or in an older format. */
export function parseTimeline(item: ItemKey & { body: string }): LogEntry[] {
  const body = readBody(ENTRIES, item)
  return 'entries' in body ? readTold(body.entries) : [body]
}

/**
 * A page of the wanted entries, oldest first or, descending, newest first, one entry for each target, with at most
 * `limit` entries. A page may end inside a log, so the cursor says how many entries of the next log were passed. A log
 * never changes while its entries move from the head to an item, but for entries at its end; so the number stays right.
 * Descending, a log of the head that grows or moves between two pages may bring entries twice.
 */
export async function readTimeline(
  table: Table,
  account: string,
  group: string,
  wanted: (entry: LogEntry) => boolean,
  { limit, after, descending = false }: Page,
): Promise<{ entries: TimelineEntry[]; next?: string }> {
  const cursor = readCursor(after)
  const begins = cursor.sort === '' || (descending && cursor.sort === PREFIX)
  const place = begins ? {} : { after: cursor.sort }
  const from = { limit: Math.ceil(limit / MOST_ENTRIES), descending, ...place }
  const { logs, next } = await readLogs(table, account, group, from)
  const found: TimelineEntry[] = []
  let before = cursor.sort
  for (const [place, { sort, entries }] of logs.entries()) {
    const passed = place === 0 && entries[0]?.at === cursor.at ? cursor.passed : 0
    const each = descending ? forEachTarget(entries).toReversed() : forEachTarget(entries)
    for (const [index, { entry, target }] of each.entries()) {
      if (index < passed || !wanted(entry)) continue
      if (found.length === limit) return { entries: found, next: writeCursor(before, entries[0]!.at, index) }
      found.push(entryAbout(target, entry, { id: group }))
    }
    before = sort
  }
  return { entries: found, ...(next === undefined ? {} : { next }) }
}

interface AboutTarget {
  entry: LogEntry
  /** Absent: the entry is about the whole group. */
  target?: string
}

function forEachTarget(entries: readonly LogEntry[]): AboutTarget[] {
  return entries.flatMap((entry): AboutTarget[] => {
    const targets = targetsOf(entry)
    return targets.length === 0 ? [{ entry }] : targets.map((target) => ({ entry, target }))
  })
}

/** A page of the entries as they are kept, oldest first. */
export async function readEntries(
  table: Table,
  account: string,
  group: string,
  page: Page,
): Promise<{ entries: LogEntry[]; next?: string }> {
  const { logs, ...rest } = await readLogs(table, account, group, page)
  return { entries: logs.flatMap(({ entries }) => entries), ...rest }
}

/** The logs of a group after a place; the page with the newest logs has the log of the head, too. */
async function readLogs(
  table: Table,
  account: string,
  group: string,
  page: Page,
): Promise<{ logs: Log[]; next?: string }> {
  // The head is read first: entries that leave the head during these reads are found among the items.
  const head = savedHead(await table.get(keys.head(account, group)))
  const written = head !== undefined && isSpilled(head) && (await table.get(spillKey(head))) !== undefined
  const { items, next } = await table.query(groupPartition(account, group), PREFIX, page)
  const logs: Log[] = items.map((item) => ({ sort: item.sort, entries: parseTimeline(item) }))
  const rest = next === undefined ? {} : { next }
  const newest = page.descending === true ? page.after === undefined : next === undefined
  if (!newest || head === undefined || head.group.log.length === 0) return { logs, ...rest }
  const { sort } = spillKey(head)
  // A worker wrote the entries as an item and has not saved the next head yet, or never will.
  if (written || logs.some((log) => log.sort === sort)) return { logs, ...rest }
  const own = { sort, entries: head.group.log }
  return { logs: page.descending === true ? [own, ...logs] : [...logs, own], ...rest }
}

function savedHead(item: Item | undefined): SavedHead | undefined {
  return item && { group: parseHead(item).core, version: item.version }
}

/** The beginning of every sort key of a timeline: as a place, the place before the first log. */
const PREFIX = 'log#'

interface Cursor {
  /** The sort key of the log before. */
  sort: string
  /** The time of the first entry of the next log, of which `passed` entries were on the page before. */
  at?: number
  passed: number
}

function writeCursor(sort: string, at: Millis, passed: number): string {
  return passed === 0 ? sort : `${sort || PREFIX}~${at}~${passed}`
}

/**
 * Another text than `writeCursor` wrote is a sort key alone, as every cursor was before logs had several entries; the
 * table knows foreign sort keys.
 */
function readCursor(text = ''): Cursor {
  const [, sort = text, at, passed = '0'] = /^(log#[^~]*)~(\d+)~(\d+)$/.exec(text) ?? []
  return { sort, passed: Number(passed), ...(at === undefined ? {} : { at: Number(at) }) }
}

/** A reader of the newest entries reads so many items at once, and gives up after so many pages. */
const NEWEST_ITEMS = 50
const MOST_PAGES = 20

/** The entries of a group since a moment, newest first, as far as a bounded number of reads leads. */
export async function readNewest(table: Table, account: string, group: string, since: Millis): Promise<LogEntry[]> {
  const head = await table.get(keys.head(account, group))
  const entries = head === undefined ? [] : parseHead(head).core.log.toReversed()
  let after: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page: Page = { limit: NEWEST_ITEMS, descending: true, ...(after === undefined ? {} : { after }) }
    const { items, next } = await table.query(groupPartition(account, group), PREFIX, page)
    entries.push(...items.flatMap((item) => parseTimeline(item).toReversed()))
    after = next
    if (after === undefined || entries.at(-1)!.at < since) break
  }
  return entries.filter(({ at }) => at >= since)
}
