import * as z from 'zod'
import { field, type SettingsOf } from '../settings/field.ts'
import { alertFields, MOST_SEVERITIES, named, scalar, text } from './alert-settings.ts'
import type { CustomMapping, MappedField } from './custom-mapping.ts'
import { parsePath } from './field-path.ts'

const MOST_FIELDS = 50
const MOST_DEDUP = 20

const PATH = 'expected a field such as state, device.name, values[0] or $.host'

function isPath(text: unknown): text is string {
  return typeof text === 'string' && parsePath(text) !== undefined
}

const path = z.custom<string>(isPath, PATH).meta({ type: 'string' })

const constant = z.strictObject({ value: text })

/** A field, or `{value: …}` that is the same for every alert. */
const mappedField = z.unknown().transform((given, context): MappedField => {
  if (isPath(given)) return given
  const read = constant.safeParse(given)
  if (read.success) return read.data
  context.addIssue({ code: 'custom', message: `${PATH}, or {value: text}` })
  return z.NEVER
})

/** A label that would look like an alert's origin. */
function ourName(name: string): string | undefined {
  return name.startsWith('_tocsin_') ? 'names that begin with _tocsin_ are for the hub itself' : undefined
}

const customMapping: z.ZodType<CustomMapping> = z
  .strictObject({
    items: path.optional(),
    labels: named(mappedField, MOST_FIELDS, ourName).optional(),
    annotations: named(mappedField, MOST_FIELDS).optional(),
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

/** Settings of the formats that read fields of a body by a mapping. */
export const customFields = {
  ...alertFields,
  custom: field(customMapping.optional(), {
    label: 'Mapping',
    help: 'Where labels, annotations, times and the end of an alert are in the posted JSON.',
  }),
}

export type CustomSettings = SettingsOf<typeof customFields>
