import type { RenderedMessage, Send } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { post } from '../http/send.ts'
import { sendOneByOne } from '../text/one-by-one.ts'
import { webhookBody } from './body.ts'
import type { WebhookSettings } from './kind.ts'

/** Of the words of a content template, as in Log Service. */
const TEMPLATE_TYPE = 'application/json;charset=utf-8'

/**
 * Posts Alertmanager's webhook body, or the words of a content template, signed when the channel has a secret. A note is
 * a field of its own, which no field of Alertmanager has the name of.
 */
export const sendWebhook: Send<WebhookSettings> = async (settings, content, deps) => {
  const { notification, rendered, note } = content
  const { method, contentType = TEMPLATE_TYPE } = settings
  if (rendered !== undefined) {
    const headers = { 'content-type': contentType }
    const messages = rendered.single ?? [{ id: content.id, content: rendered.content }]
    const send = ({ id, content: body }: RenderedMessage): Promise<Outcome> =>
      post(settings, { headers, body, method }, { ...content, id }, deps)
    return await sendOneByOne(messages, content, send, deps.clock.now)
  }
  const body = JSON.stringify({ ...webhookBody(notification, deps.publicUrl, settings.maxAlerts), note })
  return await post(settings, { headers: { 'content-type': 'application/json' }, body, method }, content, deps)
}
