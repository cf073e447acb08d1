import type { Send } from '../../channel/send.ts'
import { post } from '../http/send.ts'
import { webhookBody } from './body.ts'
import type { WebhookSettings } from './kind.ts'

/**
 * Posts Alertmanager's webhook body, or the words of a content template, signed when the channel has a secret. A note is
 * a field of its own, which no field of Alertmanager has the name of.
 */
export const sendWebhook: Send<WebhookSettings> = (settings, content, deps) => {
  const { notification, rendered, note } = content
  const builtIn = (): object => ({ ...webhookBody(notification, deps.publicUrl, settings.maxAlerts), note })
  const body = rendered?.content ?? JSON.stringify(builtIn())
  return post(settings, { headers: { 'content-type': 'application/json' }, body }, content, deps)
}
