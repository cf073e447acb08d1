import { MINUTE, type Millis } from '../../base/time.ts'
import type { FailureReason, Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { classify } from '../http/answer.ts'

/*
 * What the answer to `PutEvents` means, of Alibaba Cloud's EventBridge and of Amazon's: both answer 200 with
 * `FailedEntryCount` and a result for each event, and tell what is wrong by a code. One event is sent in a
 * request, so a request that failed in part is one whose only event failed, and no other is sent again with it.
 */

/** AWS refuses a request whose date is further off. */
const MOST_SKEW_MS = 5 * MINUTE

/**
 * What is wrong with the event itself, so that it would fail again
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html). Alibaba Cloud does
 * not say what its codes are, and what is not known to be lasting is tried again.
 */
const LASTING = new Set(['InvalidArgument', 'MalformedDetail', 'RedactionFailure'])

/** A refused request that may be taken later, whatever its status: AWS throttles with 400. */
const PASSING: readonly [RegExp, FailureReason][] = [
  [/^(Throttl|TooManyRequests|RequestLimitExceeded)/, 'rateLimited'],
  [/^(Internal|ServiceUnavailable)/, 'serverError'],
  // A bus or a source that somebody has yet to make.
  [/NotExist$|NotFound/, 'clientError'],
]

const AUTH = /AccessDenied|AccountId|AccessKeyId|Expired|NotAuthorized|OptIn|Signature|Token|UnrecognizedClient/

export function putEventsOutcome(result: OutboundResult, host: string, now: Millis): Outcome {
  const outcome = classify(result, host, now)
  if (result.kind !== 'answer') return outcome
  const body = parse(result.body)
  if (outcome.kind === 'arrived') return entryOutcome(body, host, now)
  const code = codeIn(body.code ?? body.__type ?? result.headers['x-amzn-errortype'])
  const detail = `${host}: status ${result.status}${code === undefined ? '' : ` ${code}`}`
  if (outcome.kind !== 'dead') return { ...outcome, detail }
  const passing = passingReason(code)
  if (passing !== undefined) return { kind: 'refused', at: now, reason: passing, detail }
  if (outcome.reason !== 'authError' && !AUTH.test(code ?? '')) return { ...outcome, detail }
  // Nothing is wrong with the event: it waits for whoever puts the keys, the rights or the clock right.
  return { kind: 'refused', at: now, reason: 'authError', detail: detail + clocksApart(result.headers.date, now) }
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
  if (LASTING.has(code ?? '')) return { kind: 'dead', at: now, reason: 'clientError', detail }
  const reason = passingReason(code) ?? (AUTH.test(code ?? '') ? 'authError' : 'serverError')
  return { kind: 'refused', at: now, reason, detail }
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
