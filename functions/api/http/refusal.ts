import { isAlertmanagerPath } from '../../../shared/account/integration-path.ts'
import { errorAnswer, json, jsonString } from '../../../shared/base/answers.ts'
import type { Refusal } from './route.ts'

/**
 * A refusal in the shape of its path: `{error:{…}}`, and below `/api/v2/` the shapes of Alertmanager. Alertmanager's
 * framework refuses with `{code,message}`, and handlers that fail (500, 503) answer a bare JSON string. A wrong
 * credential has the same answer on every path, since Alertmanager has no such answer.
 */
export function renderRefusal(path: string, refusal: Refusal, requestId: string): Response {
  const { status, code, message, details, headers } = refusal
  if (status !== 401 && isAlertmanagerPath(path)) {
    return status >= 500 ? jsonString(status, message, headers) : json(status, { code: status, message }, headers)
  }
  return errorAnswer(status, code, message, requestId, details, headers)
}

const LONGEST_ECHO = 200

/**
 * A path without its secrets, for repeating in an answer: the token of an integration and a signed link are secrets.
 */
export function shownPath(path: string): string {
  const below = path.replace(/^\/[il]\/[^/]*/, '')
  return below.length > LONGEST_ECHO ? `${below.slice(0, LONGEST_ECHO)}…` : below
}
