import * as z from 'zod'
import { field } from '../../settings/field.ts'
import { call, receiverHttpFields, secretUrl, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { DISCORD_RULES } from '../discord/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'

const fields = {
  webhook_url: secretUrl('URL'),
  content: words('Text above the card'),
  title: words('Title', call('discord.default.title')),
  message: words('Text', call('discord.default.message')),
  username: field(z.string().max(200).default(''), { label: 'User name' }),
  avatar_url: field(z.string().max(2000).default(''), { label: 'URL of a picture' }),
  ...receiverHttpFields,
}

export const alertmanagerDiscordKind = receiverKind({
  type: 'alertmanager-discord',
  label: 'Discord, as a receiver of an alertmanager.yml',
  list: 'discord_configs',
  fields,
  timeoutMs: httpTimeoutMs,
  rate: ({ webhook_url: url }) => ({ by: ['discord', url], rules: DISCORD_RULES }),
})
