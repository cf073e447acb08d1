import * as z from 'zod'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type Settings, type SettingsOf } from '../../settings/field.ts'
import { call, receiverHttpFields, serviceUrl, switchField, words } from '../alertmanager/fields.ts'
import { receiverKind } from '../alertmanager/kind.ts'
import { httpTimeoutMs } from '../http/settings.ts'
import { TELEGRAM_RULES } from '../telegram/kind.ts'

const MODES = ['HTML', 'Markdown', 'MarkdownV2', ''] as const

const fields = {
  api_url: serviceUrl('https://api.telegram.org'),
  bot_token: field(checkedText(tokenProblem), {
    label: 'Token of the bot',
    secret: true,
  }),
  chat_id: field(
    z.int().refine((id) => id !== 0, 'must not be 0'),
    { label: 'Chat ID' },
  ),
  message_thread_id: field(z.int().min(0).default(0), { label: 'Topic ID', help: '0: no topic.' }),
  message: words('Text', call('telegram.default.message'), textKind),
  parse_mode: field(z.enum(MODES).default('HTML'), { label: 'Markup' }),
  disable_notifications: switchField('Silent'),
  ...receiverHttpFields,
}

/** Settings of a receiver for Telegram, secrets in plain text. */
export type AlertmanagerTelegramSettings = SettingsOf<typeof fields>

export const alertmanagerTelegramKind = receiverKind({
  type: 'alertmanager-telegram',
  label: 'Telegram, as a receiver of an alertmanager.yml',
  list: 'telegram_configs',
  fields,
  timeoutMs: httpTimeoutMs,
  rate: ({ bot_token: token, chat_id: chat }) => ({ by: ['telegram', token, String(chat)], rules: TELEGRAM_RULES }),
})

function textKind({ parse_mode: mode = 'HTML' }: Settings): 'text' | 'html' {
  return mode === 'HTML' ? 'html' : 'text'
}

/** The token stands in the path of the URL. */
function tokenProblem(text: string): string | undefined {
  return /^[\w:-]{1,200}$/.test(text) ? undefined : 'is not the token of a bot'
}
