import * as z from 'zod'
import { channelKind } from '../../channel/kind.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { httpConfigOf } from '../alertmanager/http-config.ts'
import { httpFields, httpProblems, httpTimeoutMs } from '../http/settings.ts'

const fields = {
  ...httpFields,
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
  alertmanager: { list: 'webhook_configs', render: webhookConfig },
})

/** The URL of a webhook as an alertmanager.yml shows it: old releases of amtool want a text that looks like a URL. */
export const MASKED_URL = 'http://<secret>'

/** `webhook_config` of alertmanager.yml, with the keys that amtool 0.25 knows. */
function webhookConfig(masked: Settings): Settings {
  return { ...httpConfigOf(masked), url: MASKED_URL, max_alerts: masked.maxAlerts ?? 0 }
}
