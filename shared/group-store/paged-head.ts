import type { Fingerprint } from '../alert/alert.ts'
import type { Group, Member, Tombstone } from '../group/group.ts'
import type { TargetState } from '../group/target-state.ts'
import { type BodyShape, bodyShape, readBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'
import type { GroupCore } from './group-core.ts'

/*
 * The first format of groups, which is only read: a small group lies whole in its head, and of a large group the head
 * names pages of alerts, and pages with pieces of the JSON of the targets. The next save writes the group in the
 * present format, and removes the pages.
 */

export interface PagedHead {
  core: GroupCore
  inline?: Partial<PagePart>
  pages?: string[]
}

interface PagePart {
  members: [Fingerprint, Member][]
  tombstones: [Fingerprint, Tombstone][]
  targets: [string, TargetState][]
  /** A piece of the JSON of the targets. */
  text: string
}

const PAGE: BodyShape<Partial<PagePart>> = bodyShape('a page of a group')

/** The group, and the keys of its pages; `undefined`: a page is missing, as the group was saved meanwhile. */
export async function readPagedGroup(
  table: Table,
  account: string,
  group: string,
  { core, inline, pages = [] }: PagedHead,
): Promise<{ group: Group; pages: ItemKey[] } | undefined> {
  const pageKeys = pages.map((name) => keys.page(account, group, name))
  const items = await Promise.all(pageKeys.map((key) => table.get(key)))
  const found = items.flatMap((item) => (item === undefined ? [] : [readBody(PAGE, item)]))
  if (found.length < items.length) return undefined
  const parts = [inline ?? {}, ...found]
  const text = parts.map((part) => part.text ?? '').join('')
  const targets = text === '' ? (inline?.targets ?? []) : (JSON.parse(text) as [string, TargetState][])
  return {
    group: {
      ...core,
      members: new Map(parts.flatMap(({ members = [] }) => members)),
      tombstones: new Map(parts.flatMap(({ tombstones = [] }) => tombstones)),
      targets: new Map(targets),
    },
    pages: pageKeys,
  }
}
