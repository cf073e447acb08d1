import { SECOND } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { classify } from './answer.ts'
import type { HttpSettings } from './settings.ts'
import { signWebhook } from './signature.ts'

/** A body and the headers that describe it. */
export interface HttpContent {
  headers: Record<string, string>
  body: string
}

/** Posts it with the channel's credentials, signed when it has a secret, and reads the answer. */
export async function post(
  settings: HttpSettings,
  { headers, body }: HttpContent,
  what: ToSend,
  by: SendDeps,
): Promise<Outcome> {
  const timestampSeconds = Math.floor(by.clock.now() / SECOND)
  const result = await by.request({
    url: settings.url,
    method: 'POST',
    headers: {
      ...settings.headers,
      ...credentials(settings),
      ...headers,
      'user-agent': `Tocsin/${VERSION}`,
      // The same on every attempt: what a receiver deduplicates by.
      'webhook-id': what.id,
      'webhook-timestamp': String(timestampSeconds),
      ...signature(settings, what.id, timestampSeconds, body),
    },
    body,
    giveUpAt: what.giveUpAt,
  })
  return classify(result, hostOf(settings.url), by.clock.now())
}

function credentials({ basicAuth, authorization }: HttpSettings): Record<string, string> {
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

/** All of a channel's URL that may be shown: its path and query carry tokens. */
function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? 'the target'
}
