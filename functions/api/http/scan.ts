import type { Page } from '../../../shared/table/port.ts'

export interface Scanned<Item> {
  items: Item[]
  next?: string
}

/** How many pages one request may look through; then it answers with what it has and where to go on. */
const MOST_PAGES = 20

/**
 * Pages of a list of which only some items are wanted: goes on to the first page that has any. So an
 * answer may hold fewer than `limit` and still have a `next`, and no request reads without end.
 */
export async function scan<Item>(from: Page, read: (page: Page) => Promise<Scanned<Item>>): Promise<Scanned<Item>> {
  let found = await read(from)
  for (let pages = 1; pages < MOST_PAGES && found.items.length === 0 && found.next !== undefined; pages++) {
    found = await read({ ...from, after: found.next })
  }
  return found
}
