import type { Send } from './channel.ts'
import { post } from './http-send.ts'
import type { WebhookSettings } from './webhook.ts'
import { webhookBody } from './webhook-body.ts'

/** Posts Alertmanager's webhook body; with a secret it is signed. */
export const sendWebhook: Send<WebhookSettings> = (settings, what, by) => {
  const body = JSON.stringify(webhookBody(what.notification, by.publicUrl, settings.maxAlerts))
  return post(settings, { headers: { 'content-type': 'application/json' }, body }, what, by)
}
