import type { Page } from '../../../shared/table/port.ts'

export interface Scanned<Item> {
  items: Item[]
  next?: string
}

/** The number of pages that one request may read. At the limit the answer has the items so far, and a cursor. */
const MOST_PAGES = 20

/**
 * Reads a list of which only a part of the items is wanted, up to the first page with a wanted item. So an answer may
 * have fewer items than `limit` and still have a `next`, and no request reads without end.
 */
export async function scan<Item>(from: Page, read: (page: Page) => Promise<Scanned<Item>>): Promise<Scanned<Item>> {
  let found = await read(from)
  for (let pages = 1; pages < MOST_PAGES && found.items.length === 0 && found.next !== undefined; pages++) {
    found = await read({ ...from, after: found.next })
  }
  return found
}
