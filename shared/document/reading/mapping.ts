import * as z from 'zod'
import { isObject } from '../../base/value.ts'
import { type Problem, zodProblems } from '../../problem/problem.ts'

/** An entry of a document, read whole, or every reason why the entry is refused. */
export type EntryResult<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

export interface MappingResult<T> {
  /** The fields that are valid. */
  partial: Partial<T>
  /** The whole mapping; absent if there is a problem. */
  value?: T
  problems: Problem[]
}

/** Whether a value says nothing: absent, null, an empty text, an empty list or an empty mapping. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** A field that is refused unless empty: a document that relies on the field must not look accepted. */
export const unsupported = (reason = 'is not supported yet') =>
  z
    .unknown()
    .refine(isEmpty, reason)
    .transform(() => undefined)
    .optional()
    .describe(reason)

/** A mapping, field by field: a later check can run on the valid fields although another field is refused. */
export function readMapping<Schema extends z.ZodObject>(
  schema: Schema,
  given: unknown,
): MappingResult<z.output<Schema>> {
  const read = schema.safeParse(given)
  if (read.success) return { partial: read.data, value: read.data, problems: [] }
  const partial: Record<string, unknown> = {}
  if (isObject(given)) {
    for (const [name, field] of Object.entries(schema.shape)) {
      const value = z.safeParse(field, Object.hasOwn(given, name) ? given[name] : undefined)
      if (value.success && value.data !== undefined) partial[name] = value.data
    }
  }
  return { partial: partial as Partial<z.output<Schema>>, problems: zodProblems(read.error) }
}

export function readEntry<T>(schema: z.ZodType<T>, given: unknown): EntryResult<T> {
  const read = schema.safeParse(given)
  return read.success ? { ok: true, value: read.data } : { ok: false, problems: zodProblems(read.error) }
}
