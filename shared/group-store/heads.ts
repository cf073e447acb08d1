import { type Chance, MINUTE, type Millis } from '../base/time.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { ClosedIncident, Group } from '../group/group.ts'
import { groupPartition, keys, parseGroupPartition } from '../table/keys.ts'
import { bucketOf } from '../table/limits.ts'
import type { NewItem, Page, Table } from '../table/port.ts'
import { putCount, type Version } from '../table/version.ts'
import { cardEntry } from './cards.ts'
import { closedIncidentItem } from './incidents.ts'
import { createKeptGroups, type KeptGroups } from './kept-groups.ts'
import { itemKeys, leftKeys, NOTHING, type PackedGroup, packGroup } from './pack.ts'
import { readGroup } from './read-group.ts'
import { spillTimeline } from './timeline.ts'

/** A group as it was read, or saved by this process. A save succeeds only while no other worker saved the group. */
export interface LoadedGroup {
  group: Group
  version: Version
  dueAt?: Millis | undefined
  /** The card in the lists of groups; absent: none. */
  card?: NewItem['card']
  /** The places of the parts: unchanged parts are not written again. */
  packed: PackedGroup
  /**
   * The group was kept from an earlier call: another process may have saved the group since. Nothing may follow from
   * such a group before its save succeeded.
   */
  kept: boolean
}

/** Sweep finds a lost wake this long after the time of the wake. */
const LOST_WAKE_MS = 2 * MINUTE

/** A missing item means a save that had just replaced the item: the reader reads again. */
const TORN_READS = 5

export interface Heads {
  /** The kept group, if there is one, or the group as the table has it. */
  load(account: string, group: string): Promise<LoadedGroup | undefined>
  /** The group as the table has it. */
  read(account: string, group: string): Promise<LoadedGroup | undefined>
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

export type KeptHeads = KeptGroups<LoadedGroup>

export function createKeptHeads(): KeptHeads {
  return createKeptGroups(({ packed }) => packed.rows.size)
}

/** Groups over the table. One object for each process: the process keeps the groups that it read or saved last. */
export function createHeads(table: Table, groups: KeptHeads = createKeptHeads()): Heads {
  const trust = createTrust()
  const read = async (account: string, group: string): Promise<LoadedGroup | undefined> => {
    const kept = groups.get(account, group)
    const loaded = await loadGroup(table, account, group, kept?.loaded)
    if (kept?.current) trust.note(loaded?.version === kept.loaded.version)
    if (loaded === undefined) groups.forget(account, group)
    else groups.keep(account, group, loaded)
    return loaded
  }
  return {
    read,
    async load(account, group) {
      const kept = groups.get(account, group)
      return kept?.current && trust.isHigh() ? { ...kept.loaded, kept: true } : await read(account, group)
    },
    async save(loaded, next, by) {
      const { account, id } = next
      // A save may fail after the head was written: until the save succeeded, nothing is known of the head.
      groups.outdate(account, id)
      const saved = await saveGroup(table, loaded, next, by)
      if (loaded?.kept) trust.note(saved !== 'lost')
      if (saved === 'lost') return 'lost'
      if (saved === 'dropped') groups.forget(account, id)
      else groups.keep(account, id, saved)
      return 'saved'
    },
  }
}

/** A save that is lost costs more than a read. */
const MOST_STALE = 0.1
const WEIGHT_OF_ONE = 1 / 16

/**
 * Whether kept groups are worth a decision: not while other workers save the same groups, so that the kept groups turn
 * out to be old. Then each group is read, and a read that finds the kept group unchanged speaks for the kept groups again.
 */
function createTrust(): { isHigh(): boolean; note(wasFresh: boolean): void } {
  /** The share of kept groups that were old, of late. */
  let stale = 0
  return {
    isHigh: () => stale <= MOST_STALE,
    note(wasFresh) {
      stale += ((wasFresh ? 0 : 1) - stale) * WEIGHT_OF_ONE
    },
  }
}

/**
 * Reads head and items. The items belong to this head and to no other head: items are immutable, and the head names its
 * items. `known`: an earlier state of the group. Its texts need no reading, and nothing does when its version is still
 * the version of the head.
 */
export async function loadGroup(
  table: Table,
  account: string,
  group: string,
  known?: LoadedGroup,
): Promise<LoadedGroup | undefined> {
  for (let tries = 0; tries < TORN_READS; tries++) {
    const item = await table.get(keys.head(account, group))
    if (item === undefined) return undefined
    if (item.version === known?.version) return { ...known, kept: false }
    const read = await readGroup(table, account, group, item, known?.packed)
    if (read !== undefined) return { ...read, version: item.version, dueAt: item.dueAt, card: item.card, kept: false }
  }
  throw new Unavailable('table', `read of group ${group}`, 'its items kept changing')
}

/**
 * Saves a decision: first the closed incidents and the entries of the timeline that leave the head, then new items, then
 * the head under its version; then the old items are removed. A crash in between leaves items that no head names; a
 * lost race removes the items that it wrote. Running it again writes the same incident and timeline items over
 * themselves.
 */
async function saveGroup(
  table: Table,
  loaded: LoadedGroup | undefined,
  decided: Group,
  by: SaveBy,
): Promise<LoadedGroup | 'dropped' | 'lost'> {
  const { account, id } = decided
  const expiresAt = by.now + by.retentionMs
  const [carried = []] = await Promise.all([
    loaded && spillTimeline(table, loaded, expiresAt),
    ...by.closed.map((incident) => table.put(closedIncidentItem(decided, incident, expiresAt), 'always')),
  ] as const)
  const next = { ...decided, log: [...carried, ...decided.log] }
  if (next.wakeAt === undefined && next.log.length === 0) return dropGroup(table, loaded, next)

  const { head, packed, fresh } = packGroup(next, loaded?.packed, uniqueName(loaded, by), table.wholeBytes)
  await Promise.all(fresh.map(({ body, ...key }) => table.put({ ...key, body: body() }, 'always')))
  const dueAt = dueOf(loaded, next, next.wakeAt ?? by.now, by, table.dueGridMs)
  const card = cardEntry(next, by.now, loaded, table.dueGridMs)
  const list = { name: keys.list(account, 'groups'), at: next.birth }
  const version = await table.put(
    { ...keys.head(account, id), body: head, dueAt, list, ...(card && { card }) },
    loaded === undefined ? 'absent' : { version: loaded.version },
  )
  const gone = version === 'lost' ? fresh : leftKeys(next, loaded?.packed ?? NOTHING, packed)
  await Promise.all(gone.map((key) => table.remove(key)))
  if (version === 'lost') return 'lost'
  const saved = { group: next, version, dueAt, card, packed, kept: false }
  if (next.wakeAt !== undefined) return saved
  // The last head of a group has its last entries. Saving it once more writes the entries and removes the head, unless
  // another worker has found work meanwhile: this decision is saved either way. After a crash, sweep finds the head.
  await saveGroup(table, saved, { ...next, log: [] }, { ...by, closed: [] })
  return 'dropped'
}

/** A name that no racing save has: the number of saves before, and chance. */
function uniqueName(loaded: LoadedGroup | undefined, { chance }: SaveBy): string {
  return `${savesOf(loaded).toString(36)}-${Math.floor(chance() * 2 ** 32).toString(36)}`
}

/** The number of saves of the head before this save. */
function savesOf(loaded: LoadedGroup | undefined): number {
  return loaded === undefined ? 0 : putCount(loaded.version)
}

/**
 * The moment at which sweep looks at the group: to arm a wake that is too far off for the queue, or to replace a lost
 * wake. An entry that moves in the index costs two more writes. So the entry stays where it is while its time lies ahead
 * and is not too late: a look that is too early only wakes a group without need. Where moves are billed, the moments lie
 * on a grid, and a lost wake may be found a step of the grid later.
 */
function dueOf(
  loaded: LoadedGroup | undefined,
  { account, id }: Group,
  wakeAt: Millis,
  by: SaveBy,
  gridMs = 0,
): Millis {
  const isNear = wakeAt - by.now <= by.maxDelayMs
  const at = isNear ? wakeAt + LOST_WAKE_MS : wakeAt - by.maxDelayMs
  const [earliest, latest] = gridMs === 0 ? [by.now + 1, at] : onGrid(wakeAt, at, by, gridMs)
  const known = loaded?.dueAt
  if (known !== undefined && earliest <= known && known <= latest) return known
  if (gridMs === 0) return at
  // The groups of each bucket have another minute, so the looks of a grid do not come all at once.
  const offset = bucketOf(groupPartition(account, id)) * MINUTE
  return Math.floor((latest - offset) / gridMs) * gridMs + offset
}

/**
 * The first and the last moment for an entry on a grid. A group that is saved every minute moves its entry two minutes
 * before a look, so the look never comes.
 */
function onGrid(wakeAt: Millis, at: Millis, { now, maxDelayMs }: SaveBy, gridMs: number): [Millis, Millis] {
  return wakeAt - now <= maxDelayMs ? [now + LOST_WAKE_MS, at + gridMs] : [at, wakeAt - gridMs]
}

async function dropGroup(
  table: Table,
  loaded: LoadedGroup | undefined,
  { account, id }: Group,
): Promise<'dropped' | 'lost'> {
  if (loaded === undefined) return 'dropped'
  const removed = await table.remove(keys.head(account, id), { version: loaded.version })
  if (removed === 'lost') return 'lost'
  await Promise.all(itemKeys(loaded.group, loaded.packed).map((key) => table.remove(key)))
  return 'dropped'
}

/** The living groups of an account, newest first. */
export async function listGroups(
  table: Table,
  account: string,
  page: Page,
): Promise<{ groups: Group[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'groups'), page)
  const groups = await Promise.all(
    found.map(({ partition }) => loadGroup(table, account, parseGroupPartition(partition)?.group ?? '')),
  )
  const living = groups.flatMap((loaded) => (loaded === undefined ? [] : [loaded.group]))
  return { groups: living, next }
}
