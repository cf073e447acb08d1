import * as z from 'zod'
import { DEFAULT_LIMIT, MAX_LIMIT } from './paging.ts'

/* Parts of the schemas of answers that several subjects share. The schema of an answer stands beside its view. */

export const time = z.iso.datetime().describe('RFC 3339, UTC, milliseconds')
export const labels = z.record(z.string(), z.string())

export const problem = z
  .object({
    path: z.string(),
    message: z.string(),
    line: z.int().optional().describe('Line of the path in a YAML document, from 1'),
    column: z.int().optional(),
  })
  .meta({ id: 'Problem' })

export const pagingQuery = {
  after: z.string().describe('`next` of the answer before'),
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('The largest number of items'),
}

/** The schema of a list, named after its items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  const list = z.object({
    items: z.array(item),
    next: z.string().optional().describe('`?after=` of the next page; absent on the last page'),
  })
  const name = z.globalRegistry.get(item)?.id
  return name === undefined ? list : list.meta({ id: `${name}List` })
}
