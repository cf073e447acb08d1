import { errorAnswer, json, jsonString } from '../base/answers.ts'
import type { InvalidItem } from '../integrations/integration.ts'

/** Content of a body. */
export type BodyContent = 'alerts' | 'records'

/** Why nothing of a request is accepted, before the refusal has the form of an answer. */
export interface PostRefusal {
  status: number
  code: string
  message: string
  /** Differences that clients of Alertmanager expect: another status, number or text. */
  alertmanager?: { status?: number; code?: number; message: string }
  headers?: Record<string, string>
}

/** The same results in two forms: Alertmanager's under `/api/v2`, Tocsin's own at the URL itself. */
export interface AnswerForm {
  accepted(count: number): Response
  refused(refusal: PostRefusal): Response
  /** Some items were left out; the other items, `accepted` by number, are safe in the queue. */
  invalid(content: BodyContent, invalid: readonly InvalidItem[], accepted: number): Response
}

/** One answer for all accepted posts: the answer has no body that could be read twice, and nobody changes its headers. */
const ACCEPTED = new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })

export const alertmanagerForm: AnswerForm = {
  accepted: () => ACCEPTED,
  refused({ status, message, alertmanager, headers }) {
    const answered = alertmanager?.status ?? status
    const text = alertmanager?.message ?? message
    // The framework of Alertmanager refuses with an object; handlers that fail answer with a bare string.
    if (answered >= 500) return jsonString(answered, text, headers)
    return json(answered, { code: alertmanager?.code ?? answered, message: text }, headers)
  },
  // A single text, as Alertmanager's handler writes the body: messages joined by newlines.
  invalid: (_content, invalid) => jsonString(400, invalid.map(({ message }) => message).join('\n')),
}

/** A body of many small invalid items must not make an answer larger than the body. */
const SHOWN_INVALID = 100

export function ownForm(requestId: () => string): AnswerForm {
  return {
    accepted: (accepted) => json(202, { accepted }),
    refused: ({ status, code, message, headers }) =>
      errorAnswer(status, code, message, requestId(), undefined, headers),
    invalid(content, invalid, accepted) {
      const total = invalid.length + accepted
      const message = `${invalid.length} of ${total} ${content} are not valid; the others were accepted`
      const details = invalid.slice(0, SHOWN_INVALID).map(({ index, message }) => ({ path: `[${index}]`, message }))
      return errorAnswer(400, `invalid_${content}`, message, requestId(), details)
    },
  }
}
