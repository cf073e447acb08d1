import { MINUTE, type Millis, SECOND } from '../../base/time.ts'
import type { Send } from '../../channel/send.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { outcomeOf, postJson } from '../chat/post.ts'
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
  const result = await postJson(url.href, discordMessage(settings, content, deps), content, deps)
  const restMs = restOf(result)
  return { ...outcomeOf(result, url.href, deps, discordAnswers), ...(restMs !== undefined && { restMs }) }
}

/** The time until the limit is reset, after the last message that it leaves. A longer time is a mistake. */
const LONGEST_REST_MS = MINUTE

/** https://discord.com/developers/docs/topics/rate-limits#header-format */
export function restOf(result: OutboundResult): Millis | undefined {
  if (result.kind !== 'answer' || result.headers['x-ratelimit-remaining'] !== '0') return undefined
  const seconds = Number(result.headers['x-ratelimit-reset-after'] ?? Number.NaN)
  return seconds > 0 ? Math.min(Math.ceil(seconds * SECOND), LONGEST_REST_MS) : undefined
}
