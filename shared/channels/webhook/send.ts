import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { post } from '../http/send.ts'
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
  if (rendered?.single !== undefined) return await sendSingle(settings, rendered.single, content, deps)
  if (rendered !== undefined) {
    const headers = { 'content-type': contentType }
    return await post(settings, { headers, body: rendered.content, method }, content, deps)
  }
  const body = JSON.stringify({ ...webhookBody(notification, deps.publicUrl, settings.maxAlerts), note })
  return await post(settings, { headers: { 'content-type': 'application/json' }, body, method }, content, deps)
}

/**
 * One request for each alert, one after the other. A failure that may be over later ends the attempt, and the next attempt
 * begins there; the target may know of the alerts before, so the attempt is ambiguous. An alert that is refused for good
 * does not hold the others back.
 */
async function sendSingle(
  settings: WebhookSettings,
  messages: readonly { id: string; content: string }[],
  content: ToSend,
  deps: SendDeps,
): Promise<Outcome> {
  const { method, contentType = TEMPLATE_TYPE } = settings
  const headers = { 'content-type': contentType }
  const { done = 0 } = content
  const refused: Failed[] = []
  for (const [at, { id, content: body }] of messages.entries()) {
    if (at < done) continue
    const outcome = await post(settings, { headers, body, method }, { ...content, id }, deps)
    if (outcome.kind === 'arrived') continue
    if (outcome.kind === 'dead' && outcome.reason === 'clientError') refused.push(outcome)
    else if (at === 0) return outcome
    else return { kind: 'ambiguous', at: outcome.at, reason: outcome.reason, detail: outcome.detail, done: at }
  }
  const at = deps.clock.now()
  const [first] = refused
  if (first === undefined) return { kind: 'arrived', at }
  if (refused.length === messages.length) return first
  return { kind: 'arrived', at, note: `${refused.length} of ${messages.length} alerts refused: ${first.detail}` }
}

type Failed = Outcome & { kind: 'dead' }
