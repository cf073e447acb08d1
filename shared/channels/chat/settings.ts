import * as z from 'zod'
import { DETAILS_PAGES, type DetailsPage } from '../../delivery/details-page.ts'
import { urlProblem } from '../../outbound/url.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { httpTimeoutMs, timeoutField } from '../http/settings.ts'
import { textFields } from '../text/settings.ts'

export function detailsField<Page extends DetailsPage>(usual: Page) {
  return field(z.enum(DETAILS_PAGES).default(usual), {
    label: 'Link to the incident',
    help: 'signed: shows the incident without a key, for 7 days. claim: whoever opens the link may also claim the incident. page: needs a key. none: no link.',
  })
}

/** Of settings in plain text, as a content template needs the page. */
export function detailsOf(settings: Settings): DetailsPage {
  return settings.details as DetailsPage
}

/** Settings of every kind that posts messages into a chat. */
export const chatFields = {
  ...textFields,
  details: detailsField('signed'),
  timeoutMs: timeoutField,
}

export type ChatSettings = SettingsOf<typeof chatFields>

/** The address of a robot, which is its only password. */
export const robotUrl = field(checkedText(urlProblem), {
  label: 'URL',
  help: 'The address of the robot, as the chat shows it.',
  secret: true,
  address: true,
})

/** Alerts in a message at most; a message says how many more there are. A chat that takes less gets less. */
const MOST_ALERTS = 20

/** The parts of a kind that all chats share. */
export const chatKind = { mostAlerts: () => MOST_ALERTS, timeoutMs: httpTimeoutMs }
