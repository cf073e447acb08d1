import { MASKED_URL } from '../../../channels/webhook/kind.ts'
import { isEmpty, readMapping } from '../../reading/mapping.ts'
import { type Webhook, webhook } from '../file/schema.ts'
import { isTemplate } from '../file/template.ts'
import { addressed } from './addressed.ts'
import type { EntryContext, EntryRead, ReceiverList, Written } from './list.ts'

/** A webhook is a channel of Tocsin's own kind, unless a template is in the webhook. */
export const webhookList: ReceiverList = { list: 'webhook_configs', sendResolved: true, read: readWebhook }

const TEMPLATED = 'alertmanager-webhook'

function readWebhook(given: Written, context: EntryContext): EntryRead {
  const { partial, problems } = readMapping(webhook, given)
  if (given.url === undefined && isEmpty(given.url_file)) {
    problems.push({ path: 'url', message: 'missing URL in webhook config' })
  }
  const unread = partial.url === undefined ? ['url'] : []
  const { payload, max_alerts: most, timeout } = partial
  const timeoutMs = timeout ? { timeoutMs: timeout } : {}
  if (!hasTemplate(partial, context)) {
    const settings = {
      ...addressed('url', partial.url, context.http),
      ...timeoutMs,
      ...(most ? { maxAlerts: most } : {}),
    }
    return { type: 'webhook', settings, problems, unread }
  }
  const settings = {
    ...addressed('url', partial.url, context.http),
    ...timeoutMs,
    ...(isEmpty(payload) ? {} : { payload }),
    ...(most ? { max_alerts: most } : {}),
  }
  return { type: TEMPLATED, settings, problems, unread }
}

/** A masked URL that is put back is of the kind that it was. */
function hasTemplate({ url, payload }: Partial<Webhook>, { stored }: EntryContext): boolean {
  return !isEmpty(payload) || isTemplate(url) || (url === MASKED_URL && stored?.type === TEMPLATED)
}
