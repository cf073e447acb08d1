import * as z from 'zod'
import type { CustomMapping, MappedField } from '../config/config.ts'
import { parsePath } from './field-path.ts'

/* The setting `custom` of an integration of that type, as people write it. Apart from what decodes: ingest needs no zod. */

const MOST_FIELDS = 50
const MOST_SEVERITIES = 20
const MOST_DEDUP = 20
const LONGEST_TEXT = 1024

const PATH = 'expected a field such as state, device.name, values[0] or $.host'

function isPath(text: unknown): text is string {
  return typeof text === 'string' && parsePath(text) !== undefined
}

const path = z.custom<string>(isPath, PATH)

const text = z.string().min(1, 'must not be empty').max(LONGEST_TEXT)

const constant = z.strictObject({ value: text })

/** A field, or `{value: …}` that is the same for every alert. */
const field = z.unknown().transform((given, context): MappedField => {
  if (isPath(given)) return given
  const read = constant.safeParse(given)
  if (read.success) return read.data
  context.addIssue({ code: 'custom', message: `${PATH}, or {value: text}` })
  return z.NEVER
})

/** zod passes a `__proto__` over; nothing of a document may be passed over. */
function named<T extends z.ZodType>(values: T, most: number) {
  const noPrototype = z.unknown().superRefine((given, context) => {
    if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')) {
      context.addIssue({ code: 'custom', path: ['__proto__'], message: 'cannot be a name here' })
    }
  })
  const record = z.record(text, values)
  const few = record.refine((given) => Object.keys(given).length <= most, `limit: at most ${most} are allowed`)
  return noPrototype.pipe(few)
}

/** A label that would look like an alert's origin. */
function noneOfOurs(labels: Record<string, unknown>, context: z.RefinementCtx): void {
  for (const name of Object.keys(labels).filter((one) => one.startsWith('_tocsin_'))) {
    context.addIssue({ code: 'custom', path: [name], message: 'names that begin with _tocsin_ are for the hub itself' })
  }
}

const scalar = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean()]).transform(String)

export const customMapping: z.ZodType<CustomMapping> = z
  .strictObject({
    items: path.optional(),
    labels: named(field, MOST_FIELDS).superRefine(noneOfOurs).optional(),
    annotations: named(field, MOST_FIELDS).optional(),
    severity: z.strictObject({ from: path, map: named(scalar, MOST_SEVERITIES).optional() }).optional(),
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
