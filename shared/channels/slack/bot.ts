import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { NotifyReason } from '../../delivery/delivery.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { ShownMessage } from '../../delivery/shown-message.ts'
import { type Language, WORDS } from '../../message-text/words.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { outcomeOf, postJson } from '../chat/post.ts'
import { afterPart } from '../http/answer.ts'
import { bodyOf } from '../http/body.ts'
import { apiAnswers, cannotChange } from './answers.ts'
import type { SlackMessage } from './message.ts'

/*
 * A bot shows an incident as one message, which is changed when alerts join, when a person claims the incident and when
 * the incident is over. Slack calls nobody for a changed message, so news follow as an answer below the message.
 */

interface Bot {
  /** The server of the API; absent: Slack's. */
  endpoint?: string | undefined
  token: string
  channel: string
  language: Language
}

/** Reasons whose news are said below the changed message, and whether the channel shows the answer too. */
const NEWS: Partial<Record<NotifyReason, { broadcast: boolean }>> = {
  first: { broadcast: true },
  'new-alerts': { broadcast: true },
  repeat: { broadcast: true },
  replay: { broadcast: true },
  escalated: { broadcast: true },
  fallback: { broadcast: true },
  'all-resolved': { broadcast: false },
  closed: { broadcast: false },
}

/**
 * One attempt. A crash is safe after each request: the attempt is then in doubt, and the next one changes the message to
 * the newest state, or posts another message where the first one was not remembered.
 */
export async function sendByBot(bot: Bot, message: SlackMessage, content: ToSend, deps: SendDeps): Promise<Outcome> {
  const { incident, ended = [] } = content.notification
  const { clock, shown } = deps
  const call = caller(bot, content, deps)
  let known: ShownMessage | undefined
  try {
    known = await shown?.read()
  } catch {
    // Nothing was sent: a message beside the one that is shown would stay there for good.
    const detail = 'the message of the incident was not found out'
    return { kind: 'refused', at: clock.now(), reason: 'other', detail }
  }
  if (known !== undefined && known.incident === incident?.id)
    return await change(bot, known, message, content, call, deps)
  const outcome = await post(bot, message, incident?.id, call, deps)
  // The end of an earlier incident that was never shown: after the news, and worth one try.
  if (outcome.kind === 'arrived' && known !== undefined && ended.includes(known.incident)) {
    await call('chat.postMessage', overBelow(known, bot.language))
  }
  return outcome
}

/** Changes the message that shows the incident; a message that a person removed is posted again. */
async function change(
  bot: Bot,
  { incident, place, id }: ShownMessage,
  message: SlackMessage,
  { notification: { reason } }: ToSend,
  call: Call,
  deps: SendDeps,
): Promise<Outcome> {
  const { result, outcome } = await call('chat.update', { channel: place, ts: id, ...message })
  if (result.kind === 'answer' && cannotChange(result.body)) return await post(bot, message, incident, call, deps)
  const news = NEWS[reason]
  if (outcome.kind !== 'arrived' || news === undefined) return outcome
  const below = { channel: place, thread_ts: id, text: message.text, reply_broadcast: news.broadcast }
  return afterPart((await call('chat.postMessage', below)).outcome)
}

type Call = (method: string, body: object) => Promise<{ result: OutboundResult; outcome: Outcome }>

function caller({ endpoint = 'https://slack.com', token }: Bot, content: ToSend, deps: SendDeps): Call {
  return async (method, body) => {
    const to = `${new URL(endpoint).origin}/api/${method}`
    const result = await postJson(to, body, content, deps, { authorization: `Bearer ${token}` })
    return { result, outcome: outcomeOf(result, to, deps, apiAnswers) }
  }
}

async function post(
  { channel }: Bot,
  message: SlackMessage,
  incident: string | undefined,
  call: Call,
  { shown }: SendDeps,
): Promise<Outcome> {
  const { result, outcome } = await call('chat.postMessage', { channel, ...message })
  if (outcome.kind !== 'arrived' || result.kind !== 'answer' || incident === undefined) return outcome
  const { ts, channel: place } = bodyOf(result.body)
  if (typeof ts !== 'string' || typeof place !== 'string') return outcome
  try {
    await shown?.write({ incident, place, id: ts })
  } catch {
    // The message is there; the next one will stand beside it.
  }
  return outcome
}

/** An earlier incident whose end was never shown. */
function overBelow({ place, id }: ShownMessage, language: Language): object {
  return { channel: place, thread_ts: id, text: `✅ ${WORDS[language].status.resolved}` }
}
