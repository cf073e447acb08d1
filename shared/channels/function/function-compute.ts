import { digest } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { acsDate, sha256, signAcs3 } from '../alibaba/acs3.ts'
import { bodyOf, codeIn } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import type { FunctionSettings } from './kind.ts'

/**
 * Calls the HTTP trigger of a function of Alibaba Cloud
 * (https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/configure-signature-authentication-for-http-triggers).
 * The description of the signature hashes the body, and the examples for triggers leave the hash empty. So a request
 * whose signature does not match is made once more with an empty hash: the gateway refused the first before the function.
 */
export async function callFunctionCompute(
  settings: FunctionSettings,
  event: string,
  content: Pick<ToSend, 'id' | 'begunAt' | 'giveUpAt'>,
  { clock, chance, request }: Pick<SendDeps, 'clock' | 'chance' | 'request'>,
): Promise<Outcome> {
  const url = new URL(settings.url ?? '')
  const ask = async (bodyHash: string): Promise<OutboundResult> => {
    const nonce = digest([content.id, String(content.begunAt), bodyHash, String(chance())])
    const headers = {
      host: url.host,
      'content-type': 'application/json',
      'user-agent': `Tocsin/${VERSION}`,
      // The same on every attempt, so that the function recognises an event that comes again.
      'webhook-id': content.id,
      ...signature(settings, url, { now: clock.now(), nonce, bodyHash }),
    }
    const { giveUpAt } = content
    return await request({ url: url.href, method: 'POST', headers, body: event, giveUpAt, secure: true })
  }
  const first = await ask(sha256(event))
  const result = isMismatch(first) && settings.accessKeyId !== undefined ? await ask('') : first
  return providerOutcome(result, url.hostname, clock.now(), functionComputeAnswers)
}

/** The headers of a signed request; a trigger without authentication gets none. */
function signature(
  { accessKeyId, accessKeySecret, securityToken }: FunctionSettings,
  url: URL,
  { now, nonce, bodyHash }: { now: number; nonce: string; bodyHash: string },
): Record<string, string> {
  if (accessKeyId === undefined || accessKeySecret === undefined) return {}
  const own = {
    'x-acs-date': acsDate(now),
    'x-acs-signature-nonce': nonce,
    ...(bodyHash !== '' && { 'x-acs-content-sha256': bodyHash }),
    ...(securityToken !== undefined && { 'x-acs-security-token': securityToken }),
  }
  const query = Object.fromEntries(url.searchParams)
  const headers = { ...own, host: url.host, 'content-type': 'application/json' }
  const authorization = signAcs3(
    { accessKeyId, accessKeySecret },
    { method: 'POST', path: url.pathname.replaceAll('$', '%24'), query, headers, bodyHash },
  )
  return { ...own, authorization }
}

function isMismatch(result: OutboundResult): boolean {
  if (result.kind !== 'answer' || result.status !== 403) return false
  return /Signature/i.test(String(bodyOf(result.body).Code ?? ''))
}

const BUSY = { kind: 'refused', reason: 'rateLimited' } as const
const FAILED = { kind: 'refused', reason: 'serverError' } as const

/** Success, and no error of the function. The gateway names its own refusals by `Code`. */
const functionComputeAnswers: ProviderAnswers = {
  read({ status, headers, body }) {
    if (headers['x-fc-error-type'] !== undefined) return { code: 'FunctionError' }
    if (status >= 200 && status < 300) return { taken: true }
    const code = codeIn(bodyOf(body).Code)
    return code === undefined ? undefined : { code }
  },
  codes: { FunctionError: FAILED, ResourceThrottled: BUSY, ResourceExhausted: BUSY, ConcurrencyLimitExceeded: BUSY },
}
