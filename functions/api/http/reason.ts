import * as z from 'zod'
import type { Reason } from '../../../shared/reason/reason.ts'
import { REASON_CODES, renderReason } from '../../../shared/reason/render.ts'

/** The two fields of an answer for a reason: the English text, and the code with its values. */
export const reasonFields = {
  reason: z.string().describe('The English text of `why`; not for parsing'),
  why: z
    .looseObject({ code: z.enum(REASON_CODES) })
    .meta({ id: 'Reason' })
    .describe('The reason as a code with its values: `{"code": "silenced", "silence": "…"}`'),
}

const reasonView = z.object(reasonFields)

export function showReason(reason: Reason): z.output<typeof reasonView> {
  return { reason: renderReason(reason), why: { ...reason } }
}
