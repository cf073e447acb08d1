import { keys } from '../table/keys.ts'
import type { Item, Table } from '../table/port.ts'
import { type PackedGroup, type PagePart, pageBody, parseHead, parsePage } from './head-body.ts'

/** Pages of groups that this process read or wrote. Pages are immutable, so a kept page is never stale. */
export interface PageCache {
  /** The group of this head, or `undefined` when a page is missing: the head was replaced meanwhile. */
  read(account: string, group: string, head: Item): Promise<PackedGroup | undefined>
  keep(account: string, group: string, packed: PackedGroup): void
}

/** The number of alerts, under 1 KiB each, in the kept pages; a page without alerts counts as one alert. */
const KEPT_ALERTS = 80_000

export function createPageCache(table: Table): PageCache {
  const kept = new Map<string, PagePart>()
  let alerts = 0
  const forget = (key: string): void => {
    const part = kept.get(key)
    if (part === undefined) return
    kept.delete(key)
    alerts -= weight(part)
  }
  const remember = (key: string, part: PagePart): void => {
    forget(key)
    kept.set(key, part)
    alerts += weight(part)
    while (alerts > KEPT_ALERTS && kept.size > 1) forget(kept.keys().next().value!)
  }
  const page = async (account: string, group: string, name: string): Promise<PagePart | undefined> => {
    const key = `${account}/${group}/${name}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const item = await table.get(keys.page(account, group, name))
    if (item === undefined) return undefined
    const part = parsePage(item)
    remember(key, part)
    return part
  }
  return {
    async read(account, group, head) {
      const { pages: names, core, inline } = parseHead(head)
      const parts = await Promise.all(names.map((name) => page(account, group, name)))
      const pages = names.flatMap((name, index) => {
        const part = parts[index]
        if (part === undefined) return []
        return [{ name, place: name.slice(0, name.indexOf('!')), part, body: () => pageBody(part) }]
      })
      return pages.length < names.length ? undefined : { head: head.body, pages, parts: { core, inline } }
    },
    keep(account, group, packed) {
      for (const { name, part } of packed.pages) remember(`${account}/${group}/${name}`, part)
    },
  }
}

function weight({ members, tombstones }: PagePart): number {
  return 1 + members.length + tombstones.length
}
