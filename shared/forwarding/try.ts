import { parseJson } from '../base/json.ts'
import { type Millis, SECOND } from '../base/time.ts'
import { VERSION } from '../base/version.ts'
import type { SendDeps } from '../channel/send.ts'
import { classify } from '../channels/http/answer.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { OutboundRequest, OutboundResult } from '../outbound/request.ts'
import { hopOf } from './hop.ts'
import { type ForwardSettings, forwardKind, tokenOf } from './kind.ts'
import { signForward } from './signature.ts'

/** The result of a forward without an alert. */
export interface ForwardTestResult {
  outcome: Outcome
  /** Status of the answer, if there was an answer. */
  status?: number
  tookMs: Millis
  /** Whether the answer is that of an integration that takes forwards. */
  taken: boolean
}

/**
 * Sends a forward without an alert, signed like every forward and over the same way out: an integration of type
 * `arms` reads the body, checks the signature and stores nothing. The forward is sent once and never repeated.
 */
export async function tryForward(
  settings: ForwardSettings,
  { id, account }: { id: string; account: string },
  deps: Pick<SendDeps, 'clock' | 'secrets' | 'request'>,
): Promise<ForwardTestResult> {
  const { url } = settings
  const body = JSON.stringify({ v: 1, type: 'tocsin.forward', hops: [hopOf(deps.secrets, account)], alerts: [] })
  const begun = deps.clock.now()
  const seconds = Math.floor(begun / SECOND)
  const request: OutboundRequest = {
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': `Tocsin/${VERSION}`,
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signForward(tokenOf(url) ?? '', id, seconds, body),
    },
    body,
    giveUpAt: begun + forwardKind.timeoutMs(settings),
  }
  const result = await deps.request(request)
  const ended = deps.clock.now()
  const outcome = classify(result, URL.parse(url)?.hostname ?? 'the target', ended, request)
  const status = result.kind === 'answer' ? { status: result.status } : {}
  return { outcome, ...status, tookMs: ended - begun, taken: outcome.kind === 'arrived' && tookNothing(result) }
}

/** `{"accepted": 0}`. An integration of another type counts the body as an alert. */
function tookNothing(result: OutboundResult): boolean {
  if (result.kind !== 'answer') return false
  const read = parseJson(Buffer.from(result.body))
  return read.ok && (read.value as { accepted?: unknown } | null)?.accepted === 0
}
