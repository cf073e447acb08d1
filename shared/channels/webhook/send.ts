import type { Send } from '../../channel/send.ts'
import { post } from '../http/send.ts'
import { webhookBody } from './body.ts'
import type { WebhookSettings } from './kind.ts'

/** Posts Alertmanager's webhook body, signed when the channel has a secret. */
export const sendWebhook: Send<WebhookSettings> = (settings, content, deps) => {
  const body = JSON.stringify(webhookBody(content.notification, deps.publicUrl, settings.maxAlerts))
  return post(settings, { headers: { 'content-type': 'application/json' }, body }, content, deps)
}
