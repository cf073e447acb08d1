import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { discordAnswers } from './answers.ts'
import type { DiscordSettings } from './kind.ts'
import { discordMessage } from './message.ts'

/**
 * Executes a webhook (https://discord.com/developers/docs/resources/webhook#execute-webhook). `wait=true`: Discord
 * answers when the message is saved, and names the error when it is not.
 */
export const sendToDiscord: Send<DiscordSettings> = async (settings, content, deps) => {
  const url = new URL(settings.url)
  url.searchParams.set('wait', 'true')
  return await postMessage(url.href, discordMessage(settings, content, deps), content, deps, discordAnswers)
}
