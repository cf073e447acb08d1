import { isAlertmanagerPath } from '../../../shared/account/integration-path.ts'
import { errorAnswer, json, jsonString } from '../../../shared/base/answers.ts'
import type { Refusal } from './route.ts'

/**
 * Refusals in the shape of their path: `{error:{…}}`, and below `/api/v2/` those of Alertmanager. There the
 * framework refuses with `{code,message}`, and handlers that fail (500, 503) answer a bare JSON string.
 * A wrong credential is answered alike on every path: Alertmanager has no such answer.
 */
export function renderRefusal(path: string, refusal: Refusal, requestId: string): Response {
  const { status, code, message, details, headers } = refusal
  if (status !== 401 && isAlertmanagerPath(path)) {
    return status >= 500 ? jsonString(status, message, headers) : json(status, { code: status, message }, headers)
  }
  return errorAnswer(status, code, message, requestId, details, headers)
}

const LONGEST_ECHO = 200

/** A path as it may be repeated in an answer: an integration's token is a secret, and so is a signed link. */
export function shownPath(path: string): string {
  const below = path.replace(/^\/[il]\/[^/]*/, '')
  return below.length > LONGEST_ECHO ? `${below.slice(0, LONGEST_ECHO)}…` : below
}
