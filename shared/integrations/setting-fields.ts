import * as z from 'zod'

/* What settings of integrations are made of, as people write them. Apart from what decodes: ingest needs no zod. */

const LONGEST_TEXT = 1024
export const MOST_SEVERITIES = 20

export const text = z.string().min(1, 'must not be empty').max(LONGEST_TEXT)

/** A value that is compared as text; YAML may read it as a number or as yes and no. */
export const scalar = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean()]).transform(String)

/** zod passes a `__proto__` over; nothing of a document may be passed over. */
export function named<T extends z.ZodType>(values: T, most: number) {
  const noPrototype = z.unknown().superRefine((given, context) => {
    if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')) {
      context.addIssue({ code: 'custom', path: ['__proto__'], message: 'cannot be a name here' })
    }
  })
  const record = z.record(text, values)
  const few = record.refine((given) => Object.keys(given).length <= most, `limit: at most ${most} are allowed`)
  return noPrototype.pipe(few)
}

export const severityMap = named(
  scalar.refine((to) => to !== '', 'must not be empty'),
  MOST_SEVERITIES,
)
