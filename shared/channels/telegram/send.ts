import type { Send } from '../../channel/send.ts'
import { outcomeOf, postJson } from '../chat/post.ts'
import { movedTo, telegramAnswers } from './answers.ts'
import type { TelegramSettings } from './kind.ts'
import { telegramText } from './message.ts'

/**
 * Sends a message to a chat (https://core.telegram.org/bots/api#sendmessage). A group that became a supergroup has
 * another id since: Telegram refuses the old id and names the new one, to which the message goes at once.
 */
export const sendToTelegram: Send<TelegramSettings> = async (settings, content, deps) => {
  const { url, token, chatId } = settings
  const { origin } = new URL(url)
  const text = telegramText(settings, content, deps)
  const sendTo = (chat_id: number | string) =>
    postJson(
      `${origin}/bot${token}/sendMessage`,
      { chat_id, text, parse_mode: 'HTML', link_preview_options: { is_disabled: true } },
      content,
      deps,
    )
  const first = await sendTo(chatId)
  const moved = movedTo(first)
  return outcomeOf(moved === undefined ? first : await sendTo(moved), url, deps, telegramAnswers)
}
