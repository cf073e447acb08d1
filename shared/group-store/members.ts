import type { Fingerprint } from '../alert/alert.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Group, Member } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import { writeCursor } from '../table/limits.ts'
import type { Table } from '../table/port.ts'
import { type PagePart, parseHead, parsePage, prefixOf } from './head-body.ts'

/** A group without what makes it large. */
export type GroupCore = Omit<Group, 'members' | 'tombstones' | 'targets'>

/**
 * Groups of one account read in part: the head, and of the alerts only the pages that are asked for. It is
 * made for one request and remembers what it read. Nothing is decided by what it gives: it is for showing.
 */
export interface PartReader {
  /** Reads these heads together: they are about to be asked for. */
  prepare(groups: readonly string[]): Promise<void>
  /** Alerts after a fingerprint, ascending, at most `limit`. Undefined: there is no such group. */
  members(group: string, from: { after?: Fingerprint | undefined; limit: number }): Promise<SomeMembers | undefined>
  /** One alert, if the group has it. */
  member(group: string, fingerprint: Fingerprint): Promise<{ core: GroupCore; member: Member } | undefined>
}

export interface SomeMembers {
  core: GroupCore
  members: [Fingerprint, Member][]
  more: boolean
}

/** A reader that finds a page gone met a save that had just replaced it. */
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

/** Alerts of one group, as a walk comes by. */
export interface Stretch extends SomeMembers {
  /** Where to go on after one of them; of a group without any: the group itself. */
  place(fingerprint: Fingerprint | undefined): string
}

const GROUPS_AT_ONCE = 25

/**
 * All alerts of an account: its groups, newest first, and in each the fingerprints ascending. An alert that
 * is in two groups comes twice. What is born during the walk is in front of it, and not met.
 */
export async function* walkAlerts(
  table: Table,
  account: string,
  reader: PartReader,
  { after, limit }: { after?: string | undefined; limit: number },
): AsyncGenerator<Stretch> {
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
