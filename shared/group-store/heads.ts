import type { Chance, Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { ClosedIncident, Group } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import { putCount, type Version } from '../table/version.ts'
import { type PackedGroup, packGroup, unpackGroup } from './head-body.ts'
import { closedIncidentItem } from './incidents.ts'
import { createPageCache, type PageCache } from './pages.ts'
import { spillTimeline } from './timeline.ts'

/** A group as it was read: a save of the group succeeds only while no other worker saved the group. */
export interface LoadedGroup {
  group: Group
  version: Version
  dueAt?: Millis | undefined
  /** The pages of the head, by place, with the content of each page: an unchanged page is not written again. */
  packed: PackedGroup
}

/** Sweep finds a lost wake this long after the time of the wake. */
const LOST_WAKE_MS = 2 * 60 * 1000

/** A missing page means a save that had just replaced the page: the reader reads again. */
const TORN_READS = 5

export interface Heads {
  load(account: string, group: string): Promise<LoadedGroup | undefined>
  save(loaded: LoadedGroup | undefined, next: Group, by: SaveBy): Promise<'saved' | 'lost'>
}

export interface SaveBy {
  now: Millis
  chance: Chance
  retentionMs: number
  /** The longest delay of a queue; sweep arms a wake that is further off. */
  maxDelayMs: number
  closed: readonly ClosedIncident[]
}

/**
 * Groups over the table. One object for each process: pages never change, so the process keeps the pages that were
 * read.
 */
export function createHeads(table: Table): Heads {
  const cache = createPageCache(table)
  return {
    load: (account, group) => loadGroup(table, account, group, cache),
    save: (loaded, next, by) => saveGroup(table, cache, loaded, next, by),
  }
}

/**
 * Reads head and pages. The pages belong to this head and to no other head: pages are immutable, and the head names its
 * pages.
 */
export async function loadGroup(
  table: Table,
  account: string,
  group: string,
  cache: PageCache = createPageCache(table),
): Promise<LoadedGroup | undefined> {
  for (let tries = 0; tries < TORN_READS; tries++) {
    const item = await table.get(keys.head(account, group))
    if (item === undefined) return undefined
    const packed = await cache.read(account, group, item)
    if (packed !== undefined) return { group: unpackGroup(packed), version: item.version, dueAt: item.dueAt, packed }
  }
  throw new Unavailable('table', `read of group ${group}`, 'its pages kept changing')
}

/**
 * Saves a decision: first the closed incidents and the entries of the timeline that leave the head, then new pages, then
 * the head under its version; then the old pages are removed. A crash in between leaves pages that no head names; a
 * lost race removes the pages that it wrote. Running it again writes the same incident and timeline items over
 * themselves.
 */
async function saveGroup(
  table: Table,
  cache: PageCache,
  loaded: LoadedGroup | undefined,
  decided: Group,
  by: SaveBy,
): Promise<'saved' | 'lost'> {
  const { account, id } = decided
  const expiresAt = by.now + by.retentionMs
  const [carried = []] = await Promise.all([
    loaded && spillTimeline(table, loaded, expiresAt),
    ...by.closed.map((incident) => table.put(closedIncidentItem(decided, incident, expiresAt), 'always')),
  ] as const)
  const next = { ...decided, log: [...carried, ...decided.log] }
  if (next.wakeAt === undefined && next.log.length === 0) return dropGroup(table, loaded, next)

  const packed = packGroup(
    next,
    loaded?.packed,
    `${savesOf(loaded)}-${Math.floor(by.chance() * 2 ** 32).toString(36)}`,
    table.wholeBytes,
  )
  const old = loaded?.packed.pages ?? []
  const fresh = without(packed.pages, old)
  await Promise.all(
    fresh.map((page) => table.put({ ...keys.page(account, id, page.name), body: page.body() }, 'always')),
  )
  const saved = await table.put(
    {
      ...keys.head(account, id),
      body: packed.head,
      dueAt: dueOf(loaded, next.wakeAt ?? by.now, by),
      list: { name: keys.list(account, 'groups'), at: next.birth },
    },
    loaded === undefined ? 'absent' : { version: loaded.version },
  )
  const gone = saved === 'lost' ? fresh : without(old, packed.pages)
  await Promise.all(gone.map((page) => table.remove(keys.page(account, id, page.name))))
  if (saved === 'lost') return 'lost'
  cache.keep(account, id, packed)
  // The last head of a group has its last entries. Saving it once more writes the entries and removes the head, unless
  // another worker has found work meanwhile: this decision is saved either way. After a crash, sweep finds the head.
  if (next.wakeAt === undefined) {
    await saveGroup(table, cache, { group: next, version: saved, packed }, { ...next, log: [] }, { ...by, closed: [] })
  }
  return 'saved'
}

/** The number of saves of the head before this save. */
function savesOf(loaded: LoadedGroup | undefined): number {
  return loaded === undefined ? 0 : putCount(loaded.version)
}

function without<P extends { name: string }>(pages: readonly P[], others: readonly P[]): P[] {
  const names = new Set(others.map(({ name }) => name))
  return pages.filter(({ name }) => !names.has(name))
}

/**
 * A look that is too early only wakes a group without need, and an entry that moves in the index costs two more writes.
 * So the entry stays where it is until its time has passed, as long as its time is early enough.
 */
function dueOf(loaded: LoadedGroup | undefined, wakeAt: Millis, by: SaveBy): Millis {
  const [known, at] = [loaded?.dueAt, lookAt(wakeAt, by)]
  return known !== undefined && by.now < known && known <= at ? known : at
}

/** The time of the look of sweep: to arm a wake too far off for the queue, or to replace a lost wake. */
function lookAt(wakeAt: Millis, by: SaveBy): Millis {
  return wakeAt - by.now <= by.maxDelayMs ? wakeAt + LOST_WAKE_MS : wakeAt - by.maxDelayMs
}

async function dropGroup(
  table: Table,
  loaded: LoadedGroup | undefined,
  { account, id }: Group,
): Promise<'saved' | 'lost'> {
  if (loaded === undefined) return 'saved'
  const removed = await table.remove(keys.head(account, id), { version: loaded.version })
  if (removed === 'lost') return 'lost'
  await Promise.all(loaded.packed.pages.map((page) => table.remove(keys.page(account, id, page.name))))
  return 'saved'
}

/** The living groups of an account, newest first. */
export async function listGroups(
  table: Table,
  account: string,
  page: Page,
): Promise<{ groups: Group[]; next?: string }> {
  const cache = createPageCache(table)
  const { keys: found, next } = await table.list(keys.list(account, 'groups'), page)
  const groups = await Promise.all(
    found.map(({ partition }) => loadGroup(table, account, parseGroupPartition(partition)?.group ?? '', cache)),
  )
  const living = groups.flatMap((loaded) => (loaded === undefined ? [] : [loaded.group]))
  return { groups: living, next }
}
