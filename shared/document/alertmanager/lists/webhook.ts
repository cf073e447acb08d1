import { MASKED_URL } from '../../../channels/webhook/kind.ts'
import type { Settings } from '../../../settings/field.ts'
import { isEmpty, readMapping } from '../../reading/mapping.ts'
import { loginSettings } from '../file/http-config.ts'
import { type Webhook, webhook } from '../file/schema.ts'
import { isTemplate } from '../file/template.ts'
import { canonicalUrl } from '../file/webhook-url.ts'
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
    const settings = { ...addressed(partial.url, context.http), ...timeoutMs, ...(most ? { maxAlerts: most } : {}) }
    return { type: 'webhook', settings, problems, unread }
  }
  const settings = {
    ...addressed(partial.url, context.http),
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

/** A user and a password in the URL replace other credentials, as Go's client does. */
function addressed(text: string | undefined, http: Settings): Settings {
  if (text === undefined) return http
  if (isTemplate(text)) return { ...http, url: text }
  const { url, login } = canonicalUrl(text)
  if (login === undefined) return { ...http, url }
  const { basicAuth: _basic, authorization: _other, ...rest } = http
  return { ...rest, url, ...loginSettings(login.username, login.password) }
}
