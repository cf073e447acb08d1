import * as z from 'zod'
import type { CustomMapping, MappedField } from '../config/config.ts'
import { parsePath } from './field-path.ts'
import { MOST_SEVERITIES, named, scalar, text } from './setting-fields.ts'

/* The setting `custom` of an integration of that type, as people write it. Apart from what decodes: ingest needs no zod. */

const MOST_FIELDS = 50
const MOST_DEDUP = 20

const PATH = 'expected a field such as state, device.name, values[0] or $.host'

function isPath(text: unknown): text is string {
  return typeof text === 'string' && parsePath(text) !== undefined
}

const path = z.custom<string>(isPath, PATH)

const constant = z.strictObject({ value: text })

/** A field, or `{value: …}` that is the same for every alert. */
const field = z.unknown().transform((given, context): MappedField => {
  if (isPath(given)) return given
  const read = constant.safeParse(given)
  if (read.success) return read.data
  context.addIssue({ code: 'custom', message: `${PATH}, or {value: text}` })
  return z.NEVER
})

/** A label that would look like an alert's origin. */
function noneOfOurs(labels: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const name of Object.keys(labels).filter((one) => one.startsWith('_tocsin_'))) {
    context.addIssue({ code: 'custom', path: [name], message: 'names that begin with _tocsin_ are for the hub itself' })
  }
}

export const customMapping: z.ZodType<CustomMapping> = z
  .strictObject({
    items: path.optional(),
    labels: named(field, MOST_FIELDS).superRefine(noneOfOurs).optional(),
    annotations: named(field, MOST_FIELDS).optional(),
    severity: path.optional(),
    dedup: z.array(path).max(MOST_DEDUP, `limit: at most ${MOST_DEDUP} are allowed`).optional(),
    recovery: z
      .strictObject({
        field: path,
        value: z.union([scalar, z.array(scalar).min(1).max(MOST_SEVERITIES)], 'expected a value or a list of values'),
      })
      .optional(),
    startsAt: path.optional(),
    endsAt: path.optional(),
    generatorURL: path.optional(),
  })
  .transform((given) => JSON.parse(JSON.stringify(given)) as CustomMapping)
