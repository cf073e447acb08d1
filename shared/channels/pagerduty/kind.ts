import { MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { urlProblem } from '../../outbound/url.ts'
import type { RateRule } from '../../rate/rate.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatFields } from '../chat/settings.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { PLAIN_CONTENT } from '../text/content.ts'

/** Alerts in an event at most; the event says how many more there are. */
export const MOST_ALERTS = 50
export const EVENT_BYTES = 512_000
/** JSON writes a character in up to six bytes, and few texts consist of such characters. */
export const CONTENT_ROOM = { bytes: EVENT_BYTES / 4 }

/** PagerDuty's own address in the United States; in the European Union it is events.eu.pagerduty.com. */
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue'
/** Of a key. */
export const PAGERDUTY_RULES: readonly RateRule[] = [{ most: 120, windowMs: MINUTE }]

const fields = {
  routingKey: field(checkedText(keyProblem), {
    label: 'Integration key',
    help: 'Of an integration “Events API V2” of a service.',
    secret: true,
  }),
  url: field(checkedText(urlProblem).optional(), {
    label: 'URL',
    help: `Absent: ${PAGERDUTY_URL}.`,
    address: true,
  }),
  ...chatFields,
}

/** Settings of a service of PagerDuty, secrets in plain text. */
export type PagerDutySettings = SettingsOf<typeof fields>

export const pagerDutyKind = channelKind({
  type: 'pagerduty',
  label: 'PagerDuty',
  fields,
  content: { ...PLAIN_CONTENT, room: CONTENT_ROOM },
  keepsIncidents: () => true,
  mostAlerts: () => MOST_ALERTS,
  // Every incident is an event of its own, so no event tells of several.
  rate: ({ routingKey }) => ({ by: ['pagerduty', routingKey], rules: PAGERDUTY_RULES }),
  timeoutMs: httpTimeoutMs,
})

function keyProblem(text: string): string | undefined {
  return /^[\w-]{32}$/.test(text) ? undefined : 'is not an integration key of 32 letters and digits'
}
