import { channelKind } from '../../channel/kind.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'

const fields = { url: robotUrl, ...chatFields }

/** Settings of a workflow of Microsoft Teams that posts cards, secrets in plain text. */
export type TeamsSettings = SettingsOf<typeof fields>

export const teamsKind = channelKind({ type: 'teams', label: 'Microsoft Teams workflow', fields, ...chatKind })
