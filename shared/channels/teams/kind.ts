import { SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import type { RateRule } from '../../rate/rate.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = { url: robotUrl, ...chatFields }

/** https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export const TEAMS_RULES: readonly RateRule[] = [{ most: 4, windowMs: SECOND }]

/** Of a content. A message has 28,000 bytes with its title. */
const CONTENT = chatContent(DIALECT, { room: { bytes: 26_000 }, roomAsJson: true })

/** Settings of a workflow of Microsoft Teams that posts cards, secrets in plain text. */
export type TeamsSettings = SettingsOf<typeof fields>

export const teamsKind = channelKind({
  type: 'teams',
  label: 'Microsoft Teams workflow',
  fields,
  content: CONTENT,
  mentions: 'users',
  ...chatKind,
  rate: ({ url }) => ({ by: ['teams', url], rules: TEAMS_RULES, digest: 40 }),
})
