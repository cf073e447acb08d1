import type { Fingerprint } from '../alert/alert.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Group, Member } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import { writeCursor } from '../table/limits.ts'
import type { Table } from '../table/port.ts'
import { type PagePart, parseHead, parsePage, prefixOf } from './head-body.ts'

/** A group without the members, tombstones and targets, which make a group large. */
export type GroupCore = Omit<Group, 'members' | 'tombstones' | 'targets'>

/**
 * A reader of parts of the groups of one account: the head, and only the requested pages of alerts. A reader is made
 * for a single request and remembers its reads. The parts are for showing; no decision depends on a part.
 */
export interface PartReader {
  /** Reads these heads together: the request is about to need the heads. */
  prepare(groups: readonly string[]): Promise<void>
  /** Alerts after a fingerprint, ascending, at most `limit`. Undefined: the group is absent. */
  members(group: string, from: { after?: Fingerprint | undefined; limit: number }): Promise<MembersPage | undefined>
  /** A single alert, if the group has the alert. */
  member(group: string, fingerprint: Fingerprint): Promise<{ core: GroupCore; member: Member } | undefined>
}

export interface MembersPage {
  core: GroupCore
  members: [Fingerprint, Member][]
  more: boolean
}

/** A missing page means a save that had just replaced the page: the reader reads again. */
const TORN_READS = 5

export function createPartReader(table: Table, account: string): PartReader {
  const heads = new Map<string, Promise<Head | undefined>>()
  const parts = new Map<string, Promise<PagePart | undefined>>()
  const partOf = (group: string, name: string): Promise<PagePart | undefined> =>
    once(parts, `${group}/${name}`, async () => {
      const item = await table.get(keys.page(account, group, name))
      return item && parsePage(item)
    })
  const headOf = (group: string): Promise<Head | undefined> => once(heads, group, () => readHead(table, account, group))
  const through = async <T>(group: string, read: (head: Head) => Promise<T | 'torn'>): Promise<T | undefined> => {
    for (let tries = 0; tries < TORN_READS; tries++) {
      const head = await headOf(group)
      if (head === undefined) return undefined
      const found = await read(head)
      if (found !== 'torn') return found
      heads.delete(group)
    }
    throw new Unavailable('table', `read of group ${group}`, 'its pages kept changing')
  }
  return {
    async prepare(groups) {
      await Promise.all(groups.map(headOf))
    },
    members: (group, { after = '', limit }) =>
      through(group, async ({ core, inline, pages }) => {
        const found = inline.filter(([fingerprint]) => fingerprint > after)
        for (const { name, bits, prefix } of pages) {
          if (found.length > limit) break
          if (after !== '' && prefix < prefixOf(after, bits)) continue
          const part = await partOf(group, name)
          if (part === undefined) return 'torn'
          found.push(...ascending(part).filter(([fingerprint]) => fingerprint > after))
        }
        return { core, members: found.slice(0, limit), more: found.length > limit }
      }),
    member: (group, fingerprint) =>
      through(group, async ({ core, inline, pages }) => {
        const page = pages.find(({ bits, prefix }) => prefix === prefixOf(fingerprint, bits))
        const part = page === undefined ? undefined : await partOf(group, page.name)
        if (page !== undefined && part === undefined) return 'torn'
        const found = (part?.members ?? inline).find(([known]) => known === fingerprint)
        return found === undefined ? undefined : { core, member: found[1] }
      }),
  }
}

/** Alerts of one group, in the order of a walk. */
export interface WalkedAlerts extends MembersPage {
  /** The place from which a later walk goes on, after this alert; in a group without alerts, after the group. */
  place(fingerprint: Fingerprint | undefined): string
}

const GROUPS_AT_ONCE = 25

/**
 * The alerts of an account: its groups, newest first, and in each group the fingerprints ascending. An alert in two
 * groups comes twice. A group that is born during the walk is in front of the walk, and is not met.
 */
export async function* walkAlerts(
  table: Table,
  account: string,
  reader: PartReader,
  { after, limit }: { after?: string | undefined; limit: number },
): AsyncGenerator<WalkedAlerts> {
  let [inGroup = '', fingerprint = '', done = ''] = after?.split(':') ?? []
  for (;;) {
    const page = { limit: GROUPS_AT_ONCE, ...(done === '' ? {} : { after: done }) }
    const { keys: found, next } = await table.list(keys.list(account, 'groups'), page)
    const groups = found.map((key) => ({ key, id: parseGroupPartition(key.partition)?.group ?? '' }))
    await reader.prepare(groups.map(({ id }) => id))
    for (const { key, id } of groups) {
      const before = done
      const place = (of: Fingerprint | undefined): string => `${id}:${of ?? ''}:${before}`
      let from = id === inGroup ? fingerprint : ''
      for (let more = true; more; ) {
        const some = await reader.members(id, { after: from, limit })
        if (some === undefined) break
        yield { ...some, place }
        more = some.more
        from = some.members.at(-1)?.[0] ?? from
      }
      inGroup = ''
      done = writeCursor(key)
    }
    if (next === undefined) return
  }
}

interface Head {
  core: GroupCore
  /** Ascending, as the pages are. */
  inline: [Fingerprint, Member][]
  pages: { name: string; bits: number; prefix: number }[]
}

async function readHead(table: Table, account: string, group: string): Promise<Head | undefined> {
  const item = await table.get(keys.head(account, group))
  if (item === undefined) return undefined
  const { core, inline, pages } = parseHead(item)
  const alerts = pages.flatMap((name) => {
    const [, bits, prefix] = /^(\d+)\.(\d+)!/.exec(name) ?? []
    return prefix === undefined ? [] : [{ name, bits: Number(bits), prefix: Number(prefix) }]
  })
  return {
    core,
    inline: ascending(inline),
    pages: alerts.sort((a, b) => a.prefix / 2 ** a.bits - b.prefix / 2 ** b.bits),
  }
}

function ascending({ members }: PagePart): [Fingerprint, Member][] {
  return members.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = read()
  known.set(key, made)
  return made
}
