import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { NotifyReason } from '../../delivery/delivery.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { ShownMessage } from '../../delivery/shown.ts'
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
  'all-resolved': { broadcast: false },
  closed: { broadcast: false },
}

/**
 * One attempt. A crash is safe after each request: the attempt is then in doubt, and the next one changes the message to
 * the newest state, or posts another message where the first one was not remembered.
 */
export async function sendByBot(bot: Bot, message: SlackMessage, content: ToSend, deps: SendDeps): Promise<Outcome> {
  const { notification } = content
  const { incident, ended = [], reason } = notification
  const { clock, shown } = deps
  const call = caller(bot, content, deps)
  let known: ShownMessage | undefined
  try {
    known = await shown?.read()
  } catch {
    // Nothing was sent: a message beside the one that is shown would stay there for good.
    return {
      kind: 'refused',
      at: clock.now(),
      reason: 'other',
      detail: 'the message of the incident was not found out',
    }
  }
  if (known !== undefined && ended.includes(known.incident))
    await call('chat.postMessage', overBelow(known, bot.language))
  if (known === undefined || known.incident !== incident?.id) return await post(bot, message, incident?.id, call, deps)
  const changed = await call('chat.update', { channel: known.place, ts: known.id, ...message })
  if (changed.result.kind === 'answer' && cannotChange(changed.result.body)) {
    return await post(bot, message, incident.id, call, deps)
  }
  const news = NEWS[reason]
  if (changed.outcome.kind !== 'arrived' || news === undefined) return changed.outcome
  const { place, id } = known
  const answer = { channel: place, thread_ts: id, text: message.text, reply_broadcast: news.broadcast }
  return afterPart((await call('chat.postMessage', answer)).outcome)
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
