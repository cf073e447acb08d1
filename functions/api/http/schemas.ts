import * as z from 'zod'

/* Parts of the schemas of answers that several subjects share. The schema of an answer stands beside its view. */

export const time = z.iso.datetime().describe('RFC 3339, UTC, milliseconds')
export const labels = z.record(z.string(), z.string())

export const pagingQuery = {
  after: '`next` of the answer before',
  limit: 'The largest number of items: 1 to 500; 100 when absent',
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().optional() })
}
