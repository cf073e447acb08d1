import { errorAnswer, json, jsonString } from '../base/answers.ts'
import type { InvalidItem } from '../integrations/integration.ts'

/** Why nothing of a request is taken, before it has a form. */
export interface Refusal {
  status: number
  code: string
  message: string
  /** Where Alertmanager's clients expect another status, number or text. */
  alertmanager?: { status?: number; code?: number; message: string }
  headers?: Record<string, string>
}

/** The same events in two forms: Alertmanager's under `/api/v2`, ours on the URL itself. */
export interface Form {
  accepted(count: number): Response
  refused(refusal: Refusal): Response
  /** Some items were left out; `accepted` others are safe all the same. */
  invalid(what: Things, invalid: readonly InvalidItem[], accepted: number): Response
}

/** What a body is full of. */
export type Things = 'alerts' | 'records'

export const alertmanagerForm: Form = {
  accepted: () => new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } }),
  refused({ status, message, alertmanager, headers }) {
    const answered = alertmanager?.status ?? status
    const text = alertmanager?.message ?? message
    // The framework of Alertmanager refuses with an object; its handlers, when they fail, with a bare string.
    if (answered >= 500) return jsonString(answered, text, headers)
    return json(answered, { code: alertmanager?.code ?? answered, message: text }, headers)
  },
  // One text for all, as its handler writes it: joined by newlines, and one after it.
  invalid: (_what, invalid) => jsonString(400, invalid.map(({ message }) => message).join('\n')),
}

/** A body of many small wrong things must not make an answer that is larger than itself. */
const SHOWN_INVALID = 100

export function ownForm(requestId: () => string): Form {
  return {
    accepted: (accepted) => json(202, { accepted }),
    refused: ({ status, code, message, headers }) =>
      errorAnswer(status, code, message, requestId(), undefined, headers),
    invalid(what, invalid, accepted) {
      const all = invalid.length + accepted
      const message = `${invalid.length} of ${all} ${what} are not valid; the others were accepted`
      const details = invalid.slice(0, SHOWN_INVALID).map(({ index, message }) => ({ path: `[${index}]`, message }))
      return errorAnswer(400, `invalid_${what}`, message, requestId(), details)
    },
  }
}
