import { type PackedGroup, type PagePart, parseHead } from './head-body.ts'
import { keys } from './keys.ts'
import type { Table } from './port.ts'

/** Pages of groups that were read or written by this process. They are immutable, so none is ever stale. */
export interface PageCache {
  /** The group of this head, or `undefined` when a page is gone: the head was replaced meanwhile. */
  read(account: string, group: string, head: string): Promise<PackedGroup | undefined>
  keep(account: string, group: string, packed: PackedGroup): void
}

/** Pages kept, about 32 KiB of text each. */
const KEPT_PAGES = 2000

export function createPageCache(table: Table): PageCache {
  const kept = new Map<string, PagePart>()
  const remember = (key: string, part: PagePart): void => {
    kept.delete(key)
    kept.set(key, part)
    if (kept.size > KEPT_PAGES) kept.delete(kept.keys().next().value!)
  }
  const page = async (account: string, group: string, name: string): Promise<PagePart | undefined> => {
    const key = `${account}/${group}/${name}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const item = await table.get(keys.page(account, group, name))
    if (item === undefined) return undefined
    const part = JSON.parse(item.body) as PagePart
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
        return [{ name, place: name.slice(0, name.indexOf('!')), part, body: () => JSON.stringify(part) }]
      })
      return pages.length < names.length ? undefined : { head, pages, parts: { core, inline } }
    },
    keep(account, group, packed) {
      for (const { name, part } of packed.pages) remember(`${account}/${group}/${name}`, part)
    },
  }
}
