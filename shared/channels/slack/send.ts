import type { Send } from '../../channel/send.ts'
import { postMessage } from '../chat/post.ts'
import { webhookAnswers } from './answers.ts'
import { sendByBot } from './bot.ts'
import type { SlackSettings } from './kind.ts'
import { slackMessage } from './message.ts'

/** Posts a message by an incoming webhook, or by a bot, which changes the message afterwards. */
export const sendToSlack: Send<SlackSettings> = async (settings, content, deps) => {
  const message = slackMessage(settings, content, deps)
  const { url, token, channel, endpoint, language } = settings
  return token === undefined || channel === undefined
    ? await postMessage(url ?? '', message, content, deps, webhookAnswers)
    : await sendByBot({ endpoint, token, channel, language }, message, content, deps)
}
