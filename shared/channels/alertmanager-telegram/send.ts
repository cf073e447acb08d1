import { cutText } from '../alertmanager/cut.ts'
import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { post } from '../alertmanager/post.ts'
import { written } from '../alertmanager/written.ts'
import { telegramAnswers } from '../telegram/answers.ts'
import { type AlertmanagerTelegramSettings, alertmanagerTelegramKind } from './kind.ts'

/** https://core.telegram.org/bots/api#sendmessage */
const TEXT_CHARS = 4096

/** Sends a text, all of its parameters as texts. */
export const sendAlertmanagerTelegram = written(alertmanagerTelegramKind, async (settings, content, deps) => {
  const { api_url: base, bot_token: token, message_thread_id: thread } = settings
  const body = {
    chat_id: String(settings.chat_id),
    text: textOf(settings),
    disable_web_page_preview: 'true',
    ...omitEmpty({
      parse_mode: settings.parse_mode,
      disable_notification: settings.disable_notifications ? 'true' : '',
      message_thread_id: thread === 0 ? '' : String(thread),
    }),
  }
  const url = `${base.replace(/\/+$/, '')}/bot${token}/sendMessage`
  return await post({ url, body }, settings, content, deps, telegramAnswers)
})

/** HTML that is cut in the middle of an element would be refused. */
function textOf({ message, parse_mode: mode }: AlertmanagerTelegramSettings): string {
  if (mode !== 'HTML' || [...message].length <= TEXT_CHARS) return cutText(message, TEXT_CHARS)
  return `The message is longer than the ${TEXT_CHARS} characters that Telegram takes. Its template has to make less.`
}
