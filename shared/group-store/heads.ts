import type { Chance, Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { ClosedIncident, Group } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import { putCount, type Version } from '../table/version.ts'
import { type PackedGroup, packGroup, unpackGroup } from './head-body.ts'
import { closedIncidentItem } from './incidents.ts'
import { createPageCache, type PageCache } from './pages.ts'
import { writeTimeline } from './timeline.ts'

/** A group as it was read: saving it succeeds only while nobody else did. */
export interface LoadedGroup {
  group: Group
  version: Version
  dueAt?: Millis | undefined
  /** The pages the head names, by place, with what was read from each: an unchanged one is not written again. */
  packed: PackedGroup
}

/** A wake that is lost is found by sweep this much after its time. */
const LOST_WAKE_MS = 2 * 60 * 1000

/** A reader that finds a page gone met a save that had just replaced it. */
const TORN_READS = 5

export interface Heads {
  load(account: string, group: string): Promise<LoadedGroup | undefined>
  save(loaded: LoadedGroup | undefined, next: Group, by: SaveBy): Promise<'saved' | 'lost'>
}

export interface SaveBy {
  now: Millis
  chance: Chance
  retentionMs: number
  /** How far ahead a queue can wake; a wake further off is sweep's to arm. */
  maxDelayMs: number
  closed: readonly ClosedIncident[]
}

/** Groups over the table. One per process: pages never change, so those read once are kept. */
export function createHeads(table: Table): Heads {
  const cache = createPageCache(table)
  return {
    load: (account, group) => loadGroup(table, account, group, cache),
    save: (loaded, next, by) => saveGroup(table, cache, loaded, next, by),
  }
}

/** Reads head and pages. The pages belong to this head and no other: they are immutable and named by it. */
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
 * Saves a decision: closed incidents and the last save's timeline first, then new pages, then the head
 * under its version, then the old pages go. A crash in between leaves pages nobody names; a lost race
 * removes what it wrote. Running it again writes the same incident and timeline items over themselves.
 */
async function saveGroup(
  table: Table,
  cache: PageCache,
  loaded: LoadedGroup | undefined,
  next: Group,
  by: SaveBy,
): Promise<'saved' | 'lost'> {
  const { account, id } = next
  const before = loaded?.group
  await Promise.all([
    before && writeTimeline(table, before, putCount(loaded.version), by.now + by.retentionMs),
    ...by.closed.map((incident) => table.put(closedIncidentItem(next, incident, by.now + by.retentionMs), 'always')),
  ])
  if (next.wakeAt === undefined) return dropGroup(table, loaded, next, by)

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
      dueAt: dueOf(loaded, next.wakeAt, by),
      list: { name: keys.list(account, 'groups'), at: next.birth },
    },
    loaded === undefined ? 'absent' : { version: loaded.version },
  )
  const gone = saved === 'lost' ? fresh : without(old, packed.pages)
  await Promise.all(gone.map((page) => table.remove(keys.page(account, id, page.name))))
  if (saved === 'lost') return 'lost'
  cache.keep(account, id, packed)
  return 'saved'
}

/** Saves of the head before this one. */
function savesOf(loaded: LoadedGroup | undefined): number {
  return loaded === undefined ? 0 : putCount(loaded.version)
}

function without<P extends { name: string }>(pages: readonly P[], others: readonly P[]): P[] {
  const names = new Set(others.map(({ name }) => name))
  return pages.filter(({ name }) => !names.has(name))
}

/**
 * Looking too early only wakes a group for nothing, and an entry that moves in the index costs two writes more:
 * it stays where it is until it has passed, as long as it is early enough.
 */
function dueOf(loaded: LoadedGroup | undefined, wakeAt: Millis, by: SaveBy): Millis {
  const [known, at] = [loaded?.dueAt, lookAt(wakeAt, by)]
  return known !== undefined && by.now < known && known <= at ? known : at
}

/** When sweep should look: to arm a wake that lies too far off for the queue, or to replace one that was lost. */
function lookAt(wakeAt: Millis, by: SaveBy): Millis {
  return wakeAt - by.now <= by.maxDelayMs ? wakeAt + LOST_WAKE_MS : wakeAt - by.maxDelayMs
}

async function dropGroup(
  table: Table,
  loaded: LoadedGroup | undefined,
  next: Group,
  by: SaveBy,
): Promise<'saved' | 'lost'> {
  // Its last words would be lost with the head: they are written before it goes.
  await writeTimeline(table, next, savesOf(loaded) + 1, by.now + by.retentionMs)
  if (loaded === undefined) return 'saved'
  const { account, id } = next
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
  return { groups: living, ...(next === undefined ? {} : { next }) }
}
