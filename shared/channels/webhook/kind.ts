import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import { type Form, HTML, JSON_FORM, PLAIN, URL_FORM } from '../../jinja/values/form.ts'
import { HTTP_METHODS } from '../../outbound/request.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { httpConfigOf } from '../alertmanager/http-config.ts'
import { httpFields, httpProblems, httpTimeoutMs } from '../http/settings.ts'
import { bodyForm } from '../text/content.ts'

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1, with parameters of short values. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}(?: ?; ?[\w-]{1,30}="?[\w.-]{1,60}"?){0,3}$/

/** The same for bodies of templates as for Alertmanager's body: further alerts are in further bodies. */
const BODY_BYTES = 4 * 1024 * 1024

const fields = {
  ...httpFields,
  method: field(z.enum(HTTP_METHODS).optional(), { label: 'Method', help: 'POST by default.', group: 'Request' }),
  contentType: field(
    z.string().max(200).regex(MEDIA_TYPE, 'is not a media type, such as text/plain;charset=utf-8').optional(),
    {
      label: 'Content type',
      help: 'Of the words of a content template: application/json;charset=utf-8 by default.',
      group: 'Request',
    },
  ),
  maxAlerts: field(z.int().min(0).optional(), {
    label: 'Most alerts in a body',
    help: 'Further alerts are left out and counted in `truncatedAlerts`. 0 or absent: all alerts are sent, in several bodies above 4 MiB.',
    group: 'Request',
  }),
}

/** Settings of a webhook, secrets in plain text. */
export type WebhookSettings = SettingsOf<typeof fields>

export const webhookKind = channelKind({
  type: 'webhook',
  label: 'Webhook',
  fields,
  check: httpProblems,
  mostAlerts: ({ maxAlerts = 0 }) => (maxAlerts > 0 ? maxAlerts : undefined),
  timeoutMs: httpTimeoutMs,
  content: { form: webhookForm, modes: true, between: '\n', mostBytes: () => BODY_BYTES },
  alertmanager: { list: 'webhook_configs', render: webhookConfig },
})

/**
 * A template that begins as JSON does is JSON, whatever the content type says; another text has the form of its content
 * type.
 */
function webhookForm(begin: string, { contentType = '' }: Settings = {}): Form {
  if (bodyForm(begin) === JSON_FORM) return JSON_FORM
  const type = String(contentType).toLowerCase()
  if (/^[^;]*(?:html|xml)/.test(type)) return HTML
  return type.startsWith('application/x-www-form-urlencoded') ? URL_FORM : PLAIN
}

/** The URL of a webhook as an alertmanager.yml shows it: old releases of amtool want a text that looks like a URL. */
export const MASKED_URL = 'http://<secret>'

/** `webhook_config` of alertmanager.yml, with the keys that amtool 0.25 knows. */
function webhookConfig(masked: Settings): Settings {
  return { ...httpConfigOf(masked), url: MASKED_URL, max_alerts: masked.maxAlerts ?? 0 }
}
