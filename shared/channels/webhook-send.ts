import { SECOND } from '../base/time.ts'
import { VERSION } from '../base/version.ts'
import { classify } from './answer.ts'
import type { Send } from './channel.ts'
import { signWebhook } from './signature.ts'
import type { WebhookSettings } from './webhook.ts'
import { webhookBody } from './webhook-body.ts'

/** Posts Alertmanager's webhook body; with a secret it is signed. */
export const sendWebhook: Send<WebhookSettings> = async (settings, what, by) => {
  const body = JSON.stringify(webhookBody(what.notification, by.publicUrl, settings.maxAlerts))
  const timestampSeconds = Math.floor(by.clock.now() / SECOND)
  const result = await by.request({
    url: settings.url,
    method: 'POST',
    headers: {
      ...settings.headers,
      ...credentials(settings),
      'content-type': 'application/json',
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

function credentials({ basicAuth, authorization }: WebhookSettings): Record<string, string> {
  if (authorization !== undefined) return { authorization: `${authorization.type} ${authorization.credentials}` }
  if (basicAuth === undefined) return {}
  const pair = Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function signature(
  { secret }: WebhookSettings,
  id: string,
  timestampSeconds: number,
  body: string,
): Record<string, string> {
  return secret === undefined ? {} : { 'webhook-signature': signWebhook(secret, id, timestampSeconds, body) }
}

/** All of a webhook's URL that may be shown: its path and query carry tokens. */
function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? 'webhook'
}
