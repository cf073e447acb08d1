import { signAws } from '../../aws/signature.ts'
import type { Millis } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { AwsService, SendDeps } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import type { AwsAccess } from './keys.ts'

/** Neither the channel nor the host has keys. */
export function noKeys(at: Millis): Outcome {
  const detail = 'it has no accessKeyId, and only functions on AWS have a role of their own to use instead'
  return { kind: 'dead', at, reason: 'misconfigured', detail }
}

/** A request to a service of AWS. */
interface AwsPost {
  service: AwsService
  region: string
  /** Without a query. */
  path: string
  headers: Record<string, string>
  body: string
}

/** The name of a service in a signature, where the name differs from the one in the host. */
const SIGNED_AS: Partial<Record<AwsService, string>> = { email: 'ses' }

/** Posts a signed request, never in the clear. */
export async function postToAws(
  { keys, origin }: AwsAccess,
  { service, region, path, headers, body }: AwsPost,
  giveUpAt: Millis,
  { clock, request }: Pick<SendDeps, 'clock' | 'request'>,
): Promise<{ host: string; result: OutboundResult }> {
  const url = new URL(path, origin)
  const all = { ...headers, 'user-agent': `Tocsin/${VERSION}` }
  const asked = { url, service: SIGNED_AS[service] ?? service, region, headers: all, body, at: clock.now() }
  const signed = await signAws(keys, asked)
  const result = await request({ url: url.href, method: 'POST', headers: signed, body, giveUpAt, secure: true })
  return { host: url.hostname, result }
}
