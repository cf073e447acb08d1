import * as z from 'zod'
import { MINUTE } from '../../base/time.ts'
import { channelKind } from '../../channel/kind.ts'
import { markdownForm } from '../../jinja/values/form.ts'
import { originProblem } from '../../outbound/url.ts'
import type { RateRule } from '../../rate/rate.ts'
import { checkedText } from '../../settings/checked-text.ts'
import { field, type SettingsOf } from '../../settings/field.ts'
import { chatContent } from '../chat/content.ts'
import { chatFields, chatKind } from '../chat/settings.ts'
import { DIALECT } from './dialect.ts'

/** A number, negative for groups, or the public name of a channel. */
const chatText = z.union([
  z.int(),
  z.string().regex(/^(?:-?\d{1,20}|@[A-Za-z]\w{1,60})$/, 'is not a number or a name such as @alerts'),
])

const fields = {
  token: field(checkedText(tokenProblem, z.string().max(200)), {
    label: 'Token of the bot',
    help: 'As @BotFather shows it.',
    secret: true,
  }),
  chatId: field(chatText, {
    label: 'Chat',
    help: 'Id of a chat, negative for groups, or @name of a public channel. The bot has to be a member.',
  }),
  url: field(checkedText((text) => originProblem(text, 'telegram.org')).default('https://api.telegram.org'), {
    label: 'Server',
    help: 'The server of the Bot API.',
    address: true,
  }),
  ...chatFields,
}

/** Of a content: a message has 4,096 characters with the title. */
const CONTENT = chatContent(DIALECT, { room: { chars: 3_800 }, titleForm: markdownForm(DIALECT), tags: true })

/** Into a group: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
export const TELEGRAM_RULES: readonly RateRule[] = [{ most: 20, windowMs: MINUTE }]

/** Settings of a bot of Telegram, secrets in plain text. */
export type TelegramSettings = SettingsOf<typeof fields>

export const telegramKind = channelKind({
  type: 'telegram',
  label: 'Telegram bot',
  fields,
  content: CONTENT,
  mentions: 'users',
  ...chatKind,
  rate: ({ token, chatId }) => ({
    by: ['telegram', token, String(chatId)],
    rules: TELEGRAM_RULES,
    digest: 40,
  }),
})

/** The token is part of the path of every request. */
function tokenProblem(text: string): string | undefined {
  return /^[\w:-]+$/.test(text) ? undefined : 'has to be of the characters A-Z a-z 0-9 : _ -'
}
