import { MINUTE, type Millis } from '../../base/time.ts'
import { isObject, type JsonObject } from '../../base/value.ts'
import type { FailureReason, Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { afterPart, classify, withoutYes } from '../http/answer.ts'
import { bodyOf, codeIn } from '../http/body.ts'

/*
 * The meaning of an answer to `PutEvents`, of Alibaba Cloud's EventBridge and of Amazon's. Both services answer 200
 * with `FailedEntryCount` and a result for each event, in the order of the request, and name a problem by a code.
 */

/** AWS refuses a request whose date differs more from AWS's clock. */
const MOST_SKEW_MS = 5 * MINUTE

/**
 * Codes of a problem with the event itself, so that a further attempt would fail too
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html). Alibaba Cloud does
 * not document its codes, and a code that is not known to be lasting leads to a further attempt.
 */
const LASTING = new Set(['InvalidArgument', 'MalformedDetail', 'RedactionFailure'])

/** Codes of a refused request that may succeed later, at every status: AWS throttles with 400. */
const PASSING: readonly [RegExp, FailureReason][] = [
  [/^(Throttl|TooManyRequests|RequestLimitExceeded)/, 'rateLimited'],
  [/^(Internal|ServiceUnavailable)/, 'serverError'],
  // A bus or a source that the owner has not created yet.
  [/NotExist$|NotFound/, 'clientError'],
]

const AUTH = /AccessDenied|AccountId|AccessKeyId|Expired|NotAuthorized|OptIn|Signature|Token|UnrecognizedClient/

export function putEventsOutcome(result: OutboundResult, host: string, now: Millis): Outcome {
  const outcome = classify(result, host, now)
  if (result.kind !== 'answer') return outcome
  const body = bodyOf(result.body)
  if (outcome.kind === 'arrived') return entryOutcome(body, host, now)
  const code = codeIn(body.code ?? body.__type ?? result.headers['x-amzn-errortype'])
  const detail = `${host}: status ${result.status}${code === undefined ? '' : ` ${code}`}`
  if (outcome.kind !== 'dead') return { ...outcome, detail }
  const passing = passingReason(code)
  if (passing !== undefined) return { kind: 'refused', at: now, reason: passing, detail }
  if (outcome.reason !== 'authError' && !AUTH.test(code ?? '')) return { ...outcome, detail }
  // The event is fine: the delivery waits until a person corrects the keys, the rights or the clock.
  return { kind: 'refused', at: now, reason: 'authError', detail: detail + clocksApart(result.headers.date, now) }
}

function clocksApart(date = '', now: Millis): string {
  const apartMs = Math.abs(Date.parse(date) - now)
  return apartMs > MOST_SKEW_MS ? `; its clock and ours are ${Math.round(apartMs / MINUTE)} minutes apart` : ''
}

/** A status of 200 alone does not say whether the bus accepted the events. */
function entryOutcome(body: JsonObject, host: string, now: Millis): Outcome {
  const entries = entriesIn(body)
  const failures = entries.map(failureOf).filter((code) => code !== undefined)
  const failed = failures.length > 0 || Number(body.FailedEntryCount) > 0
  if (!failed && body.FailedEntryCount === 0) return { kind: 'arrived', at: now }
  if (!failed) return withoutYes(host, 200, 'a result of PutEvents', now)
  const outcome = failureOutcome(codeIn(failures[0]), host, now)
  const count = Math.max(failures.length, Number(body.FailedEntryCount) || 0)
  return count < entries.length ? afterPart(outcome) : outcome
}

function failureOutcome(code: string | undefined, host: string, now: Millis): Outcome {
  const detail = `${host}: the bus did not take the event${code === undefined ? '' : `: ${code}`}`
  if (LASTING.has(code ?? '')) return { kind: 'dead', at: now, reason: 'clientError', detail }
  const reason = passingReason(code) ?? (AUTH.test(code ?? '') ? 'authError' : 'serverError')
  return { kind: 'refused', at: now, reason, detail }
}

function entriesIn(body: JsonObject): unknown[] {
  const entries = body.Entries ?? body.EntryList
  return Array.isArray(entries) ? (entries as unknown[]) : []
}

function failureOf(entry: unknown): string | undefined {
  const code = isObject(entry) ? entry.ErrorCode : undefined
  return typeof code === 'string' && code !== '' ? code : undefined
}

/** Of the events of a request as JSON. Both services take 256 KB, with a few bytes more for each event. */
const REQUEST_BYTES = 240 * 1024

/**
 * Puts events, in as many requests as their size needs, until a request fails. Twice is safe: an event has the same id
 * each time.
 */
export async function putAll<Event>(events: readonly Event[], put: Put<Event>, now: () => Millis): Promise<Outcome> {
  let outcome: Outcome = { kind: 'arrived', at: now() }
  for (const [place, some] of requestsOf(events).entries()) {
    outcome = await putSome(some, put, now)
    if (outcome.kind !== 'arrived') return place === 0 ? outcome : afterPart(outcome)
  }
  return outcome
}

type Put<Event> = (some: readonly Event[]) => Promise<{ host: string; result: OutboundResult }>

function requestsOf<Event>(events: readonly Event[]): Event[][] {
  const requests: Event[][] = []
  let room = 0
  for (const event of events) {
    const bytes = Buffer.byteLength(JSON.stringify(event))
    if (bytes > room) {
      requests.push([])
      room = REQUEST_BYTES
    }
    requests.at(-1)?.push(event)
    room -= bytes
  }
  return requests
}

/**
 * Puts events, and those that the bus did not take once more, without the others: no event that was taken is put again.
 * An event that is not taken the second time either leaves the whole in doubt.
 */
async function putSome<Event>(events: readonly Event[], put: Put<Event>, now: () => Millis): Promise<Outcome> {
  const { host, result } = await put(events)
  const outcome = putEventsOutcome(result, host, now())
  if (outcome.kind !== 'ambiguous' || result.kind !== 'answer') return outcome
  const entries = entriesIn(bodyOf(result.body))
  const failed =
    entries.length === events.length ? events.filter((_, place) => failureOf(entries[place]) !== undefined) : []
  if (failed.length === 0) return outcome
  const again = await put(failed)
  return afterPart(putEventsOutcome(again.result, again.host, now()))
}

function passingReason(code = ''): FailureReason | undefined {
  return PASSING.find(([pattern]) => pattern.test(code))?.[1]
}
