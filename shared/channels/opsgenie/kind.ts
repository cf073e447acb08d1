import { channelKind } from '../../channel/kind.ts'
import { urlProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatFields } from '../chat/settings.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { PLAIN_CONTENT } from '../text/content.ts'

/** Alerts in a description at most; the description says how many more there are. */
export const MOST_ALERTS = 50
/** https://docs.opsgenie.com/docs/alert-api#create-alert */
export const DESCRIPTION_ROOM = { chars: 15_000 }

/** Opsgenie's own address in the United States. */
export const OPSGENIE_URL = 'https://api.opsgenie.com'

const fields = {
  apiKey: field(checkedText(keyProblem), { label: 'API key', help: 'Of an API integration.', secret: true }),
  url: field(checkedText(urlProblem).optional(), {
    label: 'URL',
    help: `Absent: ${OPSGENIE_URL}. The European Union: https://api.eu.opsgenie.com. Jira Service Management: https://api.atlassian.com/jsm/ops/integration.`,
    address: true,
  }),
  ...chatFields,
}

/** Settings of an API integration of Opsgenie or Jira Service Management, secrets in plain text. */
export type OpsgenieSettings = SettingsOf<typeof fields>

export const opsgenieKind = channelKind({
  type: 'opsgenie',
  label: 'Opsgenie',
  fields,
  content: { ...PLAIN_CONTENT, room: DESCRIPTION_ROOM },
  keepsIncidents: () => true,
  mostAlerts: () => MOST_ALERTS,
  timeoutMs: httpTimeoutMs,
})

/** The key is sent in a header. */
function keyProblem(text: string): string | undefined {
  return /^[\w-]{1,200}$/.test(text) ? undefined : 'is not a key of letters, digits and -'
}
