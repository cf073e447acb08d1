import type { Send } from '../../channel/send.ts'
import { post } from '../http/send.ts'
import { webhookBody } from './body.ts'
import type { WebhookSettings } from './kind.ts'

/** Posts Alertmanager's webhook body; with a secret it is signed. */
export const sendWebhook: Send<WebhookSettings> = (settings, what, by) => {
  const body = JSON.stringify(webhookBody(what.notification, by.publicUrl, settings.maxAlerts))
  return post(settings, { headers: { 'content-type': 'application/json' }, body }, what, by)
}
