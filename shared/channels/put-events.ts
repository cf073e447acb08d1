import { MINUTE, type Millis } from '../base/time.ts'
import type { FailureReason, Outcome } from '../delivery/outcome.ts'
import { classify } from './answer.ts'
import type { OutboundResult } from './channel.ts'

/*
 * What the answer to `PutEvents` means, of Alibaba Cloud's EventBridge and of Amazon's: both answer 200 with
 * `FailedEntryCount` and a result for each event, and tell what is wrong by a code. One event is sent in a
 * request, so a request that failed in part is one whose only event failed, and no other is sent again with it.
 */

/** AWS refuses a request whose date is further off. */
const MOST_SKEW_MS = 5 * MINUTE

/**
 * An entry that failed with one of these would fail again (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html).
 * Alibaba Cloud does not say which of its codes are lasting, and what is not known to be is tried again.
 */
const LASTING = new Set([
  'AccessDeniedException',
  'InvalidAccountIdException',
  'InvalidArgument',
  'MalformedDetail',
  'RedactionFailure',
  'NotAuthorizedForSourceException',
  'NotAuthorizedForDetailTypeException',
])

/** A refused request that may be taken later, whatever its status: AWS throttles with 400. */
const PASSING: readonly [RegExp, FailureReason][] = [
  [/^(Throttl|TooManyRequests|RequestLimitExceeded)/, 'rateLimited'],
  [/^(Internal|ServiceUnavailable)/, 'serverError'],
  [/Expired/, 'authError'],
]

const AUTH = /AccessDenied|NotAuthorized|Signature|AccessKeyId|Token|UnrecognizedClient|OptInRequired/

export function putEventsOutcome(result: OutboundResult, host: string, now: Millis): Outcome {
  const outcome = classify(result, host, now)
  if (result.kind !== 'answer') return outcome
  const body = parse(result.body)
  if (outcome.kind === 'arrived') return entryOutcome(body, host, now)
  const code = codeIn(body.code ?? body.__type ?? result.headers['x-amzn-errortype'])
  const detail = `${host}: status ${result.status}${code === undefined ? '' : ` ${code}`}`
  if (outcome.kind !== 'dead') return { ...outcome, detail }
  const passing = passingReason(code)
  const auth = [outcome.reason, passing].includes('authError') || AUTH.test(code ?? '')
  const apart = auth ? clocksApart(result.headers.date, now) : ''
  if (passing === undefined && apart === '') return { ...outcome, detail, ...(auth ? { reason: 'authError' } : {}) }
  // Somebody will set the clock; nothing is wrong with the event.
  return { kind: 'refused', at: now, reason: passing ?? 'authError', detail: detail + apart }
}

function clocksApart(date = '', now: Millis): string {
  const apartMs = Math.abs(Date.parse(date) - now)
  return apartMs > MOST_SKEW_MS ? `; its clock and ours are ${Math.round(apartMs / MINUTE)} minutes apart` : ''
}

/** A 200 alone says nothing of the event. */
function entryOutcome(body: Body, host: string, now: Millis): Outcome {
  const entries = body.Entries ?? body.EntryList
  const [entry] = Array.isArray(entries) ? (entries as unknown[]) : []
  const failure = isBody(entry) ? entry.ErrorCode : undefined
  const failed = (typeof failure === 'string' && failure !== '') || Number(body.FailedEntryCount) > 0
  if (!failed && body.FailedEntryCount === 0) return { kind: 'arrived', at: now }
  if (!failed) {
    return { kind: 'ambiguous', at: now, reason: 'other', detail: `${host}: status 200 without a result of PutEvents` }
  }
  const code = codeIn(failure)
  const detail = `${host}: the bus did not take the event${code === undefined ? '' : `: ${code}`}`
  if (LASTING.has(code ?? '')) {
    return { kind: 'dead', at: now, reason: AUTH.test(code ?? '') ? 'authError' : 'clientError', detail }
  }
  return { kind: 'refused', at: now, reason: passingReason(code) ?? 'serverError', detail }
}

function passingReason(code = ''): FailureReason | undefined {
  return PASSING.find(([pattern]) => pattern.test(code))?.[1]
}

/**
 * `AccessDenied`, `com.amazonaws.events#ThrottlingException`, `InternalException:http://…`: the word in it, and
 * nothing that is no word, as a target may answer with anything.
 */
function codeIn(value: unknown): string | undefined {
  const word = typeof value === 'string' ? value.replace(/^[\w.]*#/, '').replace(/:.*$/s, '') : ''
  return /^[A-Za-z.]{1,64}$/.test(word) ? word : undefined
}

type Body = Record<string, unknown>

function parse(text: string): Body {
  try {
    const body: unknown = JSON.parse(text)
    return isBody(body) ? body : {}
  } catch {
    return {}
  }
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
