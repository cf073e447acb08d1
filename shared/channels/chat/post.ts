import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'

/** Posts a message as JSON, never in the clear. */
export async function postJson(
  url: string,
  message: object,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  { request }: Pick<SendDeps, 'request'>,
  more: Record<string, string> = {},
): Promise<OutboundResult> {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': `Tocsin/${VERSION}`, ...more }
  return await request({ url, method: 'POST', headers, body: JSON.stringify(message), giveUpAt, secure: true })
}

/** The meaning of the answer. Of the URL, which may hold a token, only the host is shown. */
export function outcomeOf(
  result: OutboundResult,
  url: string,
  { clock }: Pick<SendDeps, 'clock'>,
  answers: ProviderAnswers,
): Outcome {
  return providerOutcome(result, new URL(url).hostname, clock.now(), answers)
}

export async function postMessage(
  url: string,
  message: object,
  content: Pick<ToSend, 'giveUpAt'>,
  deps: Pick<SendDeps, 'clock' | 'request'>,
  answers: ProviderAnswers,
): Promise<Outcome> {
  return outcomeOf(await postJson(url, message, content, deps), url, deps, answers)
}
