import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import type { SavedView } from '../../config/config.ts'
import { id, name } from '../reading/fields.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { type Collection, entriesById } from './section.ts'

/** `views`: lists of the console under a name. A view decides nothing. */
export const viewsSection: Collection<'views'> = {
  key: 'views',
  name: 'views',
  one: 'view',
  limit: LIMITS.views,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.views, nameField: 'id' }, (entry) => readEntry(schema, entry))
    return { value: list.entries.map(({ value }) => value), problems: list.problems, names: list.names }
  },
  show: (views) => views.map((view) => ({ ...view })),
  entries: entriesById,
  collection: true,
  get schema() {
    return z.array(schema).max(LIMITS.views)
  },
  get entry() {
    return schema
  },
}

const schema = z
  .strictObject({
    id,
    name: name.optional(),
    page: z.enum(['alerts', 'incidents', 'silences']).default('alerts'),
    query: z
      .string()
      .max(4000)
      .default('')
      .describe('The query of the page, as its address has it: `filter=team%3D"shop"&level=P1`'),
    columns: z.array(z.string().min(1).max(200)).max(20).optional().describe('Labels that have a column of their own'),
    density: z.enum(['comfortable', 'compact']).optional(),
  })
  .transform(
    ({ id, name, page, query, columns, density }): SavedView => ({
      ...{ id, name: name ?? id, page, query },
      ...(columns !== undefined && { columns }),
      ...(density !== undefined && { density }),
    }),
  )
  .meta({ id: 'View' })
