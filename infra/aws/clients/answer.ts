import type { AwsFailure } from '../../../shared/aws/error.ts'
import { MINUTE, type Millis } from '../../../shared/base/time.ts'
import { isObject } from '../../../shared/base/value.ts'
import type { HttpAnswer, NoAnswer } from './connections.ts'

/** Why another attempt may succeed. `skewed`: signed by a clock that differs from the clock of the service. */
export type Again = 'transient' | 'throttled' | 'skewed' | 'never'

export type Answer =
  | { ok: true; output: unknown }
  | { ok: false; failure: AwsFailure; again: Again; serviceTime?: Millis }

/** Codes by which a service asks for a slower caller, beside the status 429: those of the SDK of AWS. */
const THROTTLED = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
])

const SKEWED = new Set([
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
])
/** AWS refuses a signature of another time. */
const MOST_SKEW_MS = 5 * MINUTE

/** `now`: the time of the signature. */
export function readAnswer({ status, headers, text }: HttpAnswer, now: Millis): Answer {
  const said = parse(text)
  if (status >= 200 && status < 300) {
    if (said !== undefined) return { ok: true, output: said }
    const failure = { code: 'BrokenAnswer', message: `status ${status} with a body that is no JSON object` }
    return { ok: false, failure, again: 'transient' }
  }
  const code = codeOf(headers['x-amzn-errortype'] ?? said?.__type) ?? `Status${status}`
  const message = String(said?.message ?? said?.Message ?? `status ${status}`)
  const serviceTime = Date.parse(String(headers.date))
  return {
    ok: false,
    failure: { code, message, status },
    again: againAfter(status, code, serviceTime - now),
    serviceTime,
  }
}

export function noAnswer(cause: NoAnswer): Answer {
  return { ok: false, failure: { code: cause.code, message: cause.message, cause }, again: 'transient' }
}

function againAfter(status: number, code: string, skewMs: number): Again {
  if (status === 429 || THROTTLED.has(code)) return 'throttled'
  if (status >= 500 || code.startsWith('RequestTimeout')) return 'transient'
  return SKEWED.has(code) && Math.abs(skewMs) >= MOST_SKEW_MS ? 'skewed' : 'never'
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` is a `ThrottlingException`. */
function codeOf(type: unknown): string | undefined {
  return typeof type === 'string' ? /^(?:[^#]*#)?(\w[\w.-]*)/.exec(type)?.[1] : undefined
}
