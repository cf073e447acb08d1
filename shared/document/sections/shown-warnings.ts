import * as z from 'zod'
import { isObject } from '../../base/value.ts'

/** Warnings stand beside an entry in an answer. They are derived, so a document that has them back is not refused. */
export const shownWarnings = {
  warnings: z
    .unknown()
    .optional()
    .meta({
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
      readOnly: true,
    }),
}

export function withoutWarnings(given: unknown): unknown {
  if (!isObject(given)) return given
  const { warnings: _warnings, ...entry } = given
  return entry
}
