import * as z from 'zod'
import { isObject } from '../../../base/value.ts'

/**
 * A value of the written file, whose scalars are text, as the schema of a setting wants the value: a number or a
 * boolean of yaml.v2 where the schema has one. What does not fit stays as written, for the schema to refuse.
 */
export function typed(schema: z.ZodType, given: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return typed(schema.unwrap() as z.ZodType, given)
  }
  if (schema instanceof z.ZodPipe) return typed(schema.def.in as z.ZodType, given)
  if (schema instanceof z.ZodBoolean) return booleanOf(given)
  if (schema instanceof z.ZodNumber) return numberOf(given)
  if (schema instanceof z.ZodArray && Array.isArray(given)) {
    return given.map((one) => typed(schema.element as z.ZodType, one))
  }
  if (!isObject(given)) return given
  if (schema instanceof z.ZodRecord) return mapped(given, () => schema.valueType as z.ZodType)
  if (schema instanceof z.ZodObject) return mapped(given, (name) => schema.shape[name] as z.ZodType | undefined)
  return given
}

function mapped(given: Record<string, unknown>, schemaOf: (name: string) => z.ZodType | undefined): unknown {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const schema = schemaOf(name)
        return [name, schema === undefined ? value : typed(schema, value)]
      }),
  )
}

function booleanOf(given: unknown): unknown {
  if (typeof given !== 'string') return given
  if (/^(?:y|yes|on|true)$/i.test(given)) return true
  return /^(?:n|no|off|false)$/i.test(given) ? false : given
}

function numberOf(given: unknown): unknown {
  return typeof given === 'string' && /^[-+]?\d{1,16}$/.test(given) ? Number(given) : given
}
