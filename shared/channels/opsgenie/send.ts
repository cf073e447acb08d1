import { VERSION } from '../../base/version.ts'
import type { Send } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { afterPart } from '../http/answer.ts'
import { bodyOf } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { OPSGENIE_URL, type OpsgenieSettings } from './kind.ts'
import { type OpsgenieRequest, opsgenieRequests } from './requests.ts'

const PATH = '/v2/alerts'

/**
 * Makes the requests of a notification one after the other, until one is not taken. Twice is safe: the alias makes a
 * request that comes again a repetition.
 */
export const sendOpsgenie: Send<OpsgenieSettings> = async (settings, content, deps) => {
  const { clock, request } = deps
  const { apiKey, url = OPSGENIE_URL } = settings
  const base = url.replace(/\/+$/, '').replace(/\/v2\/alerts$/, '')
  const headers = {
    authorization: `GenieKey ${apiKey}`,
    'content-type': 'application/json',
    'user-agent': `Tocsin/${VERSION}`,
  }
  const ask = async ({ method, path, body }: OpsgenieRequest): Promise<Outcome> => {
    const asked = { url: `${base}${PATH}${path}`, method, headers, body: JSON.stringify(body), secure: true } as const
    const result = await request({ ...asked, giveUpAt: content.giveUpAt })
    return providerOutcome(result, new URL(url).hostname, clock.now(), opsgenieAnswers)
  }
  const { over, own, changes } = opsgenieRequests(settings, content, deps)
  for (const one of [...over, own]) {
    const outcome = await ask(one)
    if (outcome.kind !== 'arrived' || (one === own && changes.length === 0)) return outcome
  }
  for (const one of changes) {
    const outcome = afterPart(await ask(one))
    if (outcome.kind !== 'arrived') return outcome
  }
  return { kind: 'arrived', at: clock.now() }
}

/**
 * Opsgenie takes a request with 202 and a `requestId`, and works on it later
 * (https://docs.opsgenie.com/docs/response). Refusals have no codes, and texts that may repeat the request.
 */
export const opsgenieAnswers: ProviderAnswers = {
  read({ status, body }) {
    const { requestId, result } = bodyOf(body)
    return status === 202 && typeof requestId === 'string' && typeof result === 'string' ? { taken: true } : undefined
  },
  codes: {},
}
