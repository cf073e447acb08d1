import type { Millis } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { AwsKeys, SendDeps } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { type AwsRequest, signAws } from './signature.ts'

/** Neither the channel nor the host has keys. */
export function noKeys(at: Millis): Outcome {
  const detail = 'it has no accessKeyId, and only functions on AWS have a role of their own to use instead'
  return { kind: 'dead', at, reason: 'misconfigured', detail }
}

/** Posts a signed request, never in the clear. */
export async function postToAws(
  keys: AwsKeys,
  { headers, ...asked }: Omit<AwsRequest, 'at'>,
  giveUpAt: Millis,
  { clock, request }: Pick<SendDeps, 'clock' | 'request'>,
): Promise<OutboundResult> {
  const { url, body } = asked
  const all = { ...headers, 'user-agent': `Tocsin/${VERSION}` }
  const signed = await signAws(keys, { ...asked, headers: all, at: clock.now() })
  return await request({ url: url.href, method: 'POST', headers: signed, body, giveUpAt, secure: true })
}
