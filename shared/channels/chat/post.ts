import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'

/** Posts a message as JSON, never in the clear, and reads the answer. */
export async function postMessage(
  url: string,
  message: object,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  { clock, request }: Pick<SendDeps, 'clock' | 'request'>,
  answers: ProviderAnswers,
): Promise<Outcome> {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': `Tocsin/${VERSION}` }
  const result = await request({ url, method: 'POST', headers, body: JSON.stringify(message), giveUpAt, secure: true })
  return providerOutcome(result, new URL(url).hostname, clock.now(), answers)
}
