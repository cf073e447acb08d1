import { SECOND } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { markdownForm } from '../../jinja/values/form.ts'
import type { RateRule } from '../../rate/rate.ts'
import type { SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind, robotUrl } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

const fields = { url: robotUrl, ...chatFields }

/** Of a webhook. Answers say more: https://discord.com/developers/docs/topics/rate-limits */
export const DISCORD_RULES: readonly RateRule[] = [{ most: 5, windowMs: 2 * SECOND }]

/** Of a content: an embed has 4,096 characters. */
const CONTENT = chatContent(DIALECT, { room: { chars: 4_000 }, titleForm: markdownForm(DIALECT) })

/** Settings of a webhook of Discord, secrets in plain text. */
export type DiscordSettings = SettingsOf<typeof fields>

export const discordKind = channelKind({
  type: 'discord',
  label: 'Discord webhook',
  fields,
  content: CONTENT,
  mentions: 'all',
  ...chatKind,
  rate: ({ url }) => ({ by: ['discord', url], rules: DISCORD_RULES, digest: 20 }),
})
