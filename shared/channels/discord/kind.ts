import { channelKind } from '../../channel/kind.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'

const fields = { url: robotUrl, ...chatFields }

/** Settings of a webhook of Discord, secrets in plain text. */
export type DiscordSettings = SettingsOf<typeof fields>

export const discordKind = channelKind({ type: 'discord', label: 'Discord webhook', fields, ...chatKind })
