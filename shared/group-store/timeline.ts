import type { Millis } from '../base/time.ts'
import type { Group, TimelineEntry } from '../group/group.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { groupPartition, keys } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import { parseHead } from './head-body.ts'

const ENTRY: BodyShape<TimelineEntry> = bodyShape('an entry of a timeline')

/** Digits for every possible moment, number of saves and index: the texts sort as the numbers do. */
const [MOMENT_DIGITS, SAVE_DIGITS, INDEX_DIGITS] = [15, 10, 4]

/**
 * Writes the entries of the head, each entry under (time, saves of the head, index). The head keeps the entries until
 * its next save, which calls this function first: so no entry is lost by a crash, and writing the entries twice writes
 * the same items.
 */
export async function writeTimeline(table: Table, group: Group, saves: number, expiresAt: Millis): Promise<void> {
  await Promise.all(
    group.log.map((entry, index) => {
      const place = [padded(entry.at, MOMENT_DIGITS), padded(saves, SAVE_DIGITS), padded(index, INDEX_DIGITS)].join('-')
      return table.put(
        { ...keys.timeline(group.account, group.id, place), body: writeBody(ENTRY, entry), expiresAt },
        'always',
      )
    }),
  )
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}

/** A reader of the newest entries reads so many items at once, and gives up after so many pages. */
const NEWEST_ITEMS = 50
const MOST_PAGES = 20

/** The entries of a group since a moment, newest first, as far as a bounded number of reads leads. */
export async function readNewest(
  table: Table,
  account: string,
  group: string,
  since: Millis,
): Promise<TimelineEntry[]> {
  const head = await table.get(keys.head(account, group))
  const entries = head === undefined ? [] : parseHead(head).core.log.toReversed()
  let after: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page: Page = { limit: NEWEST_ITEMS, descending: true, ...(after === undefined ? {} : { after }) }
    const { items, next } = await table.query(groupPartition(account, group), 'log#', page)
    entries.push(...items.map((item) => readBody(ENTRY, item)))
    after = next
    if (after === undefined || entries.at(-1)!.at < since) break
  }
  return entries.filter(({ at }) => at >= since)
}

/**
 * The decisions of a group, oldest first: the written entries, and on the last page the entries that the head still
 * carries.
 */
export async function readTimeline(
  table: Table,
  account: string,
  group: string,
  incident: string | undefined,
  page: Page,
): Promise<{ entries: TimelineEntry[]; next?: string }> {
  const found = await table.query(groupPartition(account, group), 'log#', page)
  const entries = found.items.map((item) => readBody(ENTRY, item))
  if (found.next === undefined) {
    const head = await table.get(keys.head(account, group))
    if (head !== undefined) entries.push(...parseHead(head).core.log)
  }
  const wanted = entries.filter(
    (entry) => incident === undefined || entry.incident === undefined || entry.incident === incident,
  )
  return { entries: wanted, ...(found.next === undefined ? {} : { next: found.next }) }
}
