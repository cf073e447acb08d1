import { isRefusal, type Refusal } from '../../http/route.ts'
import type { ConsoleDeps, PageAsk } from './ask.ts'

interface List<Item> {
  items: Item[]
  next?: string
}

/** A page of a list reads on for so long, when a filter leaves it short. */
const MOST_MS = 500

/** The items of a page: the API may answer with fewer than there are, and a way on. */
export async function readOn<Item>(
  { clock }: Pick<ConsoleDeps, 'clock'>,
  ask: PageAsk,
  query: URLSearchParams,
  count: number,
  read: (ask: PageAsk) => Promise<List<Item> | Refusal>,
): Promise<List<Item> | Refusal> {
  const began = clock.elapsed()
  const asked = new URLSearchParams(query)
  const items: Item[] = []
  for (;;) {
    asked.set('limit', String(count - items.length))
    const list = await read({ ...ask, query: asked })
    if (isRefusal(list)) return list
    items.push(...list.items)
    if (list.next === undefined) return { items }
    if (items.length >= count || clock.elapsed() - began > MOST_MS) return { items, next: list.next }
    asked.set('after', list.next)
  }
}
