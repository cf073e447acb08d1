import { never } from '../../base/never.ts'
import { HOUR, type Millis, SECOND } from '../../base/time.ts'
import type { FailureReason, Outcome } from '../../delivery/outcome.ts'
import type { OutboundRequest, OutboundResult } from '../../outbound/request.ts'
import { redirectAddress } from './redirect.ts'

const LONGEST_RETRY_AFTER_MS = 6 * HOUR

/**
 * The outcome that an HTTP target's answer means for a delivery. `detail` holds the host and the status only: a body
 * is the target's own text and may repeat the request. A redirect is a refusal, as everywhere behind `Outbound`; with
 * the `request`, the detail names the address that the target redirects to.
 */
export function classify(
  result: OutboundResult,
  host: string,
  now: Millis,
  request?: Pick<OutboundRequest, 'url' | 'headers'>,
): Outcome {
  switch (result.kind) {
    case 'answer':
      return classifyStatus(result, host, now, request)
    case 'unsent':
      return {
        kind: result.reason === 'forbiddenTarget' ? 'dead' : 'refused',
        at: now,
        reason: result.reason,
        detail: result.detail,
      }
    case 'unknown':
      return { kind: 'ambiguous', at: now, reason: result.reason, detail: result.detail }
    default:
      return never(result)
  }
}

function classifyStatus(
  { status, headers }: Extract<OutboundResult, { kind: 'answer' }>,
  host: string,
  now: Millis,
  request?: Pick<OutboundRequest, 'url' | 'headers'>,
): Outcome {
  if (status >= 200 && status < 300) return { kind: 'arrived', at: now }
  const redirects = request !== undefined && status >= 300 && status < 400
  const to = redirects ? redirectAddress(headers.location, request) : undefined
  const detail = `${host}: status ${status}${to === undefined ? '' : `, redirect to ${to}, not followed`}`
  const reason = PASSING[status] ?? (status >= 500 ? 'serverError' : undefined)
  if (reason === undefined) return { kind: 'dead', at: now, reason: deadReason(status), detail }
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now)
  return { kind: 'refused', at: now, reason, detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** Statuses below 500 after which a later request may succeed. */
const PASSING: Readonly<Record<number, FailureReason>> = { 408: 'timeout', 429: 'rateLimited' }

/**
 * The outcome of a request that the target answered with success, but without the word that says so in its body. Only
 * yes is yes: the target may have taken the message or not. `missing`: the word.
 */
export function withoutYes(host: string, status: number, missing: string, now: Millis): Outcome {
  return { kind: 'ambiguous', at: now, reason: 'other', detail: `${host}: status ${status} without ${missing}` }
}

/**
 * The outcome of a message that takes several requests, when a request was not taken after an earlier one was: the
 * target may know the message, or a part, so the end of the message is owed.
 */
export function afterPart(outcome: Outcome): Outcome {
  if (outcome.kind === 'arrived' || outcome.kind === 'ambiguous') return outcome
  const { at, reason, detail } = outcome
  return { kind: 'ambiguous', at, reason, detail }
}

function deadReason(status: number): FailureReason {
  if (status === 410) return 'gone'
  return status === 401 || status === 403 ? 'authError' : 'clientError'
}

/** Seconds or an HTTP date (RFC 9110 §10.2.3). A text of another form counts as absent. */
export function parseRetryAfter(value: string | undefined, now: Millis): number | undefined {
  const text = value?.trim() ?? ''
  const wait = /^\d+$/.test(text) ? Number(text) * SECOND : httpDate(text) - now
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER_MS)
}

/** Date.parse accepts far more than HTTP dates ("5.5" is a day in May), so the shape of a date is checked first. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
}
