import type { Fingerprint } from '../alert/alert.ts'
import { Unavailable } from '../base/unavailable.ts'
import type { Member } from '../group/group.ts'
import { keys, parseGroupPartition } from '../table/keys.ts'
import { writeCursor } from '../table/limits.ts'
import type { Table } from '../table/port.ts'
import type { GroupCore } from './group-core.ts'
import { type HeadBody, parseHead } from './head-body.ts'
import { type PagedHead, readPagedGroup } from './paged-head.ts'
import { isPaged, readRows } from './read-group.ts'
import { isTombstoneKey, readMember, type StoredRow, textsName } from './rows.ts'
import { type AlertTexts, IN_HEAD, readTexts } from './texts.ts'

/**
 * A reader of parts of the groups of one account: the head and the rows, and of the texts only the texts of the
 * requested alerts. A reader is made for a single request and remembers its reads. The parts are for showing; no
 * decision depends on a part.
 */
export interface PartReader {
  /** Reads these heads together: the request is about to need the heads. */
  prepare(groups: readonly string[]): Promise<void>
  /** The number of rows by the head alone, no fewer than the alerts. 0: the group is absent, or of the first format. */
  rows(group: string): Promise<number>
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

/** A missing item means a save that had just replaced the item: the reader reads again. */
const TORN_READS = 5

export function createPartReader(table: Table, account: string): PartReader {
  const heads = new Map<string, Promise<HeadBody | PagedHead | undefined>>()
  const parts = new Map<string, Promise<GroupParts | 'torn' | undefined>>()
  const texts = new Map<string, ReadonlyMap<Fingerprint, AlertTexts>>()
  const headOf = (group: string): Promise<HeadBody | PagedHead | undefined> => {
    const known = heads.get(group)
    if (known !== undefined) return known
    const read = table.get(keys.head(account, group)).then((item) => item && parseHead(item))
    heads.set(group, read)
    return read
  }
  const partsOf = (group: string): Promise<GroupParts | 'torn' | undefined> => {
    const known = parts.get(group)
    if (known !== undefined) return known
    const read = headOf(group).then((head) => head && readParts(table, account, group, head))
    parts.set(group, read)
    return read
  }
  /** The alerts of these rows; undefined: the texts of an alert are missing. */
  const withTexts = async (
    group: string,
    inHead: GroupParts['inHead'],
    rows: readonly Part[],
  ): Promise<[Fingerprint, Member][] | undefined> => {
    const wanted = new Set(rows.flatMap(([, part]) => (Array.isArray(part) ? [textsName(part)!] : [])))
    const place = (name: string): string => `${group}/${name}`
    const missing = new Set([...wanted].filter((name) => name !== IN_HEAD.name && !texts.has(place(name))))
    for (const [name, of] of await readTexts(table, account, group, missing)) texts.set(place(name), of)
    const found = rows.map(([fingerprint, part]): [Fingerprint, Member | undefined] => {
      if (!Array.isArray(part)) return [fingerprint, part as Member]
      const name = textsName(part)!
      const text = (name === IN_HEAD.name ? inHead : texts.get(place(name)))?.get(fingerprint)
      return [fingerprint, text && readMember(part, text)]
    })
    return found.every((entry): entry is [Fingerprint, Member] => entry[1] !== undefined) ? found : undefined
  }
  /** The chosen alerts of a group. */
  const choose = async (
    group: string,
    from: (parts: GroupParts) => Part[],
  ): Promise<{ core: GroupCore; members: [Fingerprint, Member][]; of: GroupParts } | undefined> => {
    for (let tries = 0; tries < TORN_READS; tries++) {
      const of = await partsOf(group)
      if (of === undefined) return undefined
      const members = of === 'torn' ? undefined : await withTexts(group, of.inHead, from(of))
      if (of !== 'torn' && members !== undefined) return { core: of.core, members, of }
      heads.delete(group)
      parts.delete(group)
    }
    throw new Unavailable('table', `read of group ${group}`, 'its items kept changing')
  }
  return {
    async prepare(groups) {
      await Promise.all(groups.map(partsOf))
    },
    async rows(group) {
      const head = await headOf(group)
      if (head === undefined || isPaged(head)) return 0
      return (head.runs ?? []).reduce((sum, [, count]) => sum + count, head.rows?.length ?? 0)
    },
    async members(group, { after = '', limit }) {
      const chosen = await choose(group, ({ ascending }) => following(ascending, after).slice(0, limit))
      if (chosen === undefined) return undefined
      const { core, members, of } = chosen
      return { core, members, more: following(of.ascending, members.at(-1)?.[0] ?? after).length > 0 }
    },
    async member(group, fingerprint) {
      const chosen = await choose(group, ({ ascending }) =>
        following(ascending, fingerprint, { inclusive: true }).slice(0, 1),
      )
      const [found] = chosen?.members ?? []
      return chosen !== undefined && found?.[0] === fingerprint ? { core: chosen.core, member: found[1] } : undefined
    },
  }
}

/** An alert by its row, or whole, as the first format of groups has alerts. */
type Part = [Fingerprint, StoredRow | Member]

interface GroupParts {
  core: GroupCore
  ascending: Part[]
  /** The texts in the head. */
  inHead: ReadonlyMap<Fingerprint, AlertTexts>
}

/** The alerts after a fingerprint, or from a fingerprint on, by bisection. */
function following(ascending: Part[], fingerprint: Fingerprint, { inclusive = false } = {}): Part[] {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const [at] = ascending[middle]!
    if (at < fingerprint || (at === fingerprint && !inclusive)) low = middle + 1
    else high = middle
  }
  return ascending.slice(low)
}

async function readParts(
  table: Table,
  account: string,
  group: string,
  head: HeadBody | PagedHead,
): Promise<GroupParts | 'torn'> {
  const members = isPaged(head)
    ? (await readPagedGroup(table, account, group, head))?.group.members
    : (await readRows(table, account, group, head))?.newest
  if (members === undefined) return 'torn'
  const parts = [...members].filter(([key]) => !isTombstoneKey(key))
  return {
    core: head.core,
    inHead: new Map(isPaged(head) ? [] : head.texts),
    ascending: parts.sort(([a], [b]) => (a < b ? -1 : 1)),
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
