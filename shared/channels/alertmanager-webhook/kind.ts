import * as z from 'zod'
import { urlProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field } from '../../settings/field.ts'
import { receiverHttpFields } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { MASKED_URL } from '../webhook/kind.ts'

const fields = {
  url: field(checkedText(templatedUrlProblem, z.string().min(1, 'must not be empty').max(4096)), {
    label: 'URL',
    help: 'Path and query may have templates.',
    secret: true,
    address: true,
    template: 'text',
  }),
  payload: field(z.unknown().optional(), {
    label: 'Payload',
    help: 'The body: every text in it is a template. Absent: Alertmanager’s webhook body.',
    template: 'text',
  }),
  max_alerts: field(z.int().min(0).default(0), {
    label: 'Most alerts in a body',
    help: '0: all alerts.',
  }),
  ...receiverHttpFields,
}

export const alertmanagerWebhookKind = receiverKind({
  type: 'alertmanager-webhook',
  label: 'Webhook of an alertmanager.yml, with templates',
  list: 'webhook_configs',
  fields,
  mostAlerts: ({ max_alerts: most }) => (most > 0 ? most : undefined),
  timeoutMs: httpTimeoutMs,
  render: () => ({ url: MASKED_URL }),
})

/** Only path and query may be templates: an alert must not decide who gets the credentials. */
function templatedUrlProblem(text: string): string | undefined {
  const action = text.indexOf('{{')
  if (action < 0) return urlProblem(text)
  const before = text.slice(0, action)
  if (!/^https?:\/\/[^/?#]+[/?#]/i.test(before))
    return 'has a template before its path: only path and query may have one'
  return urlProblem(before)
}
