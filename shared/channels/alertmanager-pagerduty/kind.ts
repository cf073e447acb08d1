import * as z from 'zod'
import type { Problem } from '../../problem/problem.ts'
import type { Settings, SettingsOf } from '../../settings/field.ts'
import { field } from '../../settings/field.ts'
import { call, receiverHttpFields, serviceUrl, templateList, templateText, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { PAGERDUTY_RULES, PAGERDUTY_URL } from '../pagerduty/kind.ts'

const key = (label: string) =>
  field(templateText.min(1, 'must not be empty').max(1000).optional(), { label, secret: true, template: 'text' })

const optional = templateText.default('')

/** Every event has these details, unless the settings say them otherwise. */
const DETAILS = {
  firing: '{{ .Alerts.Firing | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
}

const fields = {
  routing_key: key('Integration key of the Events API v2'),
  service_key: key('Integration key of the Events API v1'),
  url: serviceUrl(PAGERDUTY_URL),
  description: words('Summary', call('pagerduty.default.description')),
  client: words('Client', call('pagerduty.default.client')),
  client_url: words('URL of the client', call('pagerduty.default.clientURL')),
  source: field(templateText.optional(), { label: 'Source', help: 'Absent: the client.', template: 'text' }),
  severity: words('Severity', 'error'),
  class: words('Class'),
  component: words('Component'),
  group: words('Group'),
  details: field(
    z
      .record(z.string().min(1).max(1000), z.unknown())
      .default({})
      .transform((details): Record<string, unknown> => ({ ...DETAILS, ...details })),
    {
      label: 'Details',
      help: 'Values that are YAML of a number, a list or a mapping are sent as such.',
      template: 'text',
    },
  ),
  images: templateList('Images', z.strictObject({ src: optional, alt: optional, href: optional })),
  links: templateList('Links', z.strictObject({ href: optional, text: optional })),
  ...receiverHttpFields,
}

/** Settings of a receiver for PagerDuty, secrets in plain text. */
export type AlertmanagerPagerDutySettings = SettingsOf<typeof fields>

export const alertmanagerPagerDutyKind = receiverKind({
  type: 'alertmanager-pagerduty',
  label: 'PagerDuty, as a receiver of an alertmanager.yml',
  list: 'pagerduty_configs',
  fields,
  check: keyProblems,
  timeoutMs: httpTimeoutMs,
  rate: ({ routing_key: routing, service_key: service = '' }) => ({
    by: ['pagerduty', routing ?? service],
    rules: PAGERDUTY_RULES,
  }),
})

function keyProblems({ routing_key: routing, service_key: service }: Settings): Problem[] {
  if (routing !== undefined || service !== undefined) return []
  return [{ path: 'routing_key', message: 'missing service or routing key in PagerDuty config' }]
}
