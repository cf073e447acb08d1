import type * as z from 'zod'

/**
 * For a check that compares fields of a mapping: the check runs when these fields are sound, whatever is wrong with the
 * other fields. Without, zod leaves such a check out after an unknown key, and the author learns of the second problem
 * only after correcting the first.
 */
export function whenSound(...fields: string[]): { when(payload: z.core.ParsePayload): boolean } {
  return {
    when: ({ value, issues }) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
      return !issues.some(({ path = [] }) => fields.includes(String(path[0])))
    },
  }
}
