import * as z from 'zod'
import { isObject } from '../base/value.ts'
import { field, type SettingsOf } from '../settings/field.ts'

/*
 * Settings of every format that gives alerts, and the pieces that settings of formats are made of. Declarations of
 * settings are apart from the code that decodes: ingest bundles no zod.
 */

const LONGEST_TEXT = 1024
export const MOST_SEVERITIES = 20

export const text = z.string().min(1, 'must not be empty').max(LONGEST_TEXT)

/** A value that is compared as text. YAML may read the value as a number, or as yes and no. */
export const scalar = z
  .union([z.string().max(LONGEST_TEXT), z.number(), z.boolean()], 'expected a text, a number, or true or false')
  .transform(String)

/**
 * A mapping from names to values, every problem at its name. Read by hand: zod skips a key `__proto__`, and every key of
 * a document has to be read.
 */
export function named<T extends z.ZodType>(
  values: T,
  most: number,
  nameProblem: (name: string) => string | undefined = () => undefined,
) {
  const read = z.unknown().transform((given, context): Record<string, z.output<T>> => {
    const refuse = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message })
    if (!isObject(given)) {
      refuse([], 'expected a mapping')
      return z.NEVER
    }
    if (Object.keys(given).length > most) {
      refuse([], `limit: at most ${most} are allowed`)
      return z.NEVER
    }
    const entries = Object.entries(given).map(([name, value]) => {
      const message = name === '__proto__' ? 'cannot be a name here' : (textProblem(name) ?? nameProblem(name))
      if (message !== undefined) refuse([name], message)
      const entry = values.safeParse(value)
      for (const issue of entry.error?.issues ?? []) {
        refuse([name, ...issue.path], issue.message.replace(/^Invalid input: /, ''))
      }
      return [name, entry.data] as const
    })
    return Object.fromEntries(entries) as Record<string, z.output<T>>
  })
  return read.meta({ type: 'object', additionalProperties: true })
}

function textProblem(name: string): string | undefined {
  return text.safeParse(name).error?.issues[0]?.message
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
