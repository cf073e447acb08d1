import * as z from 'zod'
import { field, type SettingsOf } from '../settings/field.ts'

/*
 * Settings of every format that gives alerts, and the pieces that settings of formats are made of. Declarations of
 * settings are apart from the code that decodes: ingest bundles no zod.
 */

const LONGEST_TEXT = 1024
export const MOST_SEVERITIES = 20

export const text = z.string().min(1, 'must not be empty').max(LONGEST_TEXT)

/** A value that is compared as text. YAML may read the value as a number, or as yes and no. */
export const scalar = z.union([z.string().max(LONGEST_TEXT), z.number(), z.boolean()]).transform(String)

/** A mapping from names to values. zod skips a key `__proto__`; every key of a document has to be read. */
export function named<T extends z.ZodType>(values: T, most: number) {
  const noPrototype = z.unknown().superRefine((given, context) => {
    if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')) {
      context.addIssue({ code: 'custom', path: ['__proto__'], message: 'cannot be a name here' })
    }
  })
  const record = z.record(text, values)
  const few = record.refine((given) => Object.keys(given).length <= most, `limit: at most ${most} are allowed`)
  return noPrototype.pipe(few).meta({ type: 'object', additionalProperties: true })
}

const severityMap = named(
  scalar.refine((to) => to !== '', 'must not be empty'),
  MOST_SEVERITIES,
)

export const alertFields = {
  severityMap: field(severityMap.optional(), {
    label: 'Severities',
    help: 'From the severities of the source to those of the account. `default` is for alerts without a severity.',
  }),
}

export type AlertSettings = SettingsOf<typeof alertFields>
