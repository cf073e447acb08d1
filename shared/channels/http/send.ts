import { SECOND } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { HttpMethod, OutboundRequest } from '../../outbound/request.ts'
import { classify } from './answer.ts'
import type { HttpSettings } from './settings.ts'
import { signWebhook } from './signature.ts'

/** A body and the headers that describe the body. */
export interface HttpContent {
  headers: Record<string, string>
  body: string
  /** Absent: POST. */
  method?: HttpMethod
}

/** Posts the content with the channel's credentials, signed when the channel has a secret, and reads the answer. */
export async function post(
  settings: HttpSettings,
  { headers, body, method = 'POST' }: HttpContent,
  content: ToSend,
  deps: SendDeps,
): Promise<Outcome> {
  const timestampSeconds = Math.floor(deps.clock.now() / SECOND)
  const request: OutboundRequest = {
    url: settings.url,
    method,
    headers: {
      ...settings.headers,
      ...credentials(settings),
      ...headers,
      'user-agent': `Tocsin/${VERSION}`,
      // The same id on every attempt: receivers recognise a repeated delivery by the id.
      'webhook-id': content.id,
      'webhook-timestamp': String(timestampSeconds),
      ...signature(settings, content.id, timestampSeconds, body),
    },
    body,
    giveUpAt: content.giveUpAt,
  }
  const result = await deps.request(request)
  return classify(result, hostOf(settings.url), deps.clock.now(), request)
}

/** The header of a login. */
export function credentials({
  basicAuth,
  authorization,
}: Pick<HttpSettings, 'basicAuth' | 'authorization'>): Record<string, string> {
  if (authorization !== undefined) return { authorization: `${authorization.type} ${authorization.credentials}` }
  if (basicAuth === undefined) return {}
  const pair = Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function signature(
  { secret }: HttpSettings,
  id: string,
  timestampSeconds: number,
  body: string,
): Record<string, string> {
  return secret === undefined ? {} : { 'webhook-signature': signWebhook(secret, id, timestampSeconds, body) }
}

/** The only part of a channel's URL that may be shown: path and query carry tokens. */
function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? 'the target'
}
