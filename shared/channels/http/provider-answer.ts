import type { Millis } from '../../base/time.ts'
import type { FailureReason, Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { classify, withoutYes } from './answer.ts'

/*
 * The meaning of an answer whose status alone does not say whether the message was taken: many providers answer 200
 * with an error in the body. Status and body have to agree on a yes; every other answer is a failure.
 */

type Answer = Extract<OutboundResult, { kind: 'answer' }>

/** The answers of a provider, as data. */
export interface ProviderAnswers {
  /**
   * What the body says. `taken`: the message was taken. Otherwise the provider's code of the problem, a word or a number
   * that can hold no secret; `waitMs`: the time to wait that the body asks for. Undefined: the body is of no form that
   * the provider has.
   */
  read(answer: Answer): { taken: true } | { code: string; waitMs?: Millis } | undefined
  /** The meaning of each known code, whatever the status. */
  codes: Readonly<Record<string, Meaning>>
}

export interface Meaning {
  /** `refused`: a later attempt may succeed. `dead`: no attempt at the same message can. */
  kind: 'refused' | 'dead'
  reason: FailureReason
  /** No attempt before: for a provider that punishes further attempts and names no time. */
  waitMs?: Millis
}

/** `host`: the only part of the URL that may be shown. */
export function providerOutcome(
  result: OutboundResult,
  host: string,
  now: Millis,
  { read, codes }: ProviderAnswers,
): Outcome {
  const byStatus = classify(result, host, now)
  if (result.kind !== 'answer') return byStatus
  const said = read(result)
  const success = byStatus.kind === 'arrived'
  if (said === undefined && success) return withoutYes(host, result.status, 'a word of yes or no', now)
  if (said === undefined || 'taken' in said) return byStatus
  const { code, waitMs } = said
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined
  const failed = success ? ({ kind: 'dead', reason: 'other' } as const) : byStatus
  const { kind, reason } = known ?? failed
  const detail = `${host}: status ${result.status} ${code}`
  const retryAfterMs = (byStatus.kind === 'refused' ? byStatus.retryAfterMs : undefined) ?? waitMs ?? known?.waitMs
  return { kind, at: now, reason, detail, ...(kind === 'refused' && retryAfterMs !== undefined && { retryAfterMs }) }
}
