import { errorAnswer, json } from '../../shared/base/answers.ts'
import type { InvalidAlert } from '../../shared/integrations/integration.ts'

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
  /** Some alerts were left out; `accepted` others are safe all the same. */
  invalid(invalid: readonly InvalidAlert[], accepted: number): Response
}

export const alertmanagerForm: Form = {
  accepted: () => new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } }),
  refused({ status, message, alertmanager, headers }) {
    const answered = alertmanager?.status ?? status
    return json(answered, { code: alertmanager?.code ?? answered, message: alertmanager?.message ?? message }, headers)
  },
  // One text for all, as its handler writes it: joined by newlines, and one after it.
  invalid: (invalid) =>
    new Response(`${JSON.stringify(invalid.map(({ message }) => message).join('\n'))}\n`, {
      status: 400,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    }),
}

export function ownForm(requestId: () => string): Form {
  return {
    accepted: (accepted) => json(202, { accepted }),
    refused: ({ status, code, message, headers }) =>
      errorAnswer(status, code, message, requestId(), undefined, headers),
    invalid(invalid, accepted) {
      const message = `${invalid.length} of ${invalid.length + accepted} alerts are not valid; the others were accepted`
      const details = invalid.map(({ index, message }) => ({ path: `[${index}]`, message }))
      return errorAnswer(400, 'invalid_alerts', message, requestId(), details)
    },
  }
}
