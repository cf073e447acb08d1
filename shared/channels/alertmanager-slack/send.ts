import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { ShownMessage } from '../../delivery/shown-message.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { cutText } from '../alertmanager/cut.ts'
import { omitEmpty } from '../alertmanager/omit-empty.ts'
import { ask } from '../alertmanager/post.ts'
import { written } from '../alertmanager/written.ts'
import { bodyOf } from '../http/body.ts'
import { type ProviderAnswers, providerOutcome } from '../http/provider-answer.ts'
import { apiAnswers, webhookAnswers } from '../slack/answers.ts'
import { type AlertmanagerSlackSettings, alertmanagerSlackKind } from './kind.ts'

/** https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments */
const TITLE_CHARS = 1024

/**
 * Posts one attachment. With `update_message`, the message of the same incident is changed: a crash after the request
 * is safe, as the next attempt changes the message to the same words, or posts another one where none was remembered.
 */
export const sendAlertmanagerSlack = written(alertmanagerSlackKind, async (settings, content, deps) => {
  const shown = settings.update_message ? await shownMessage(content, deps) : undefined
  if (shown === 'unknown') {
    const detail = 'the message of the incident was not found out'
    return { kind: 'refused', at: deps.clock.now(), reason: 'other', detail }
  }
  const message = slackMessage(settings)
  const url = shown === undefined ? settings.api_url : new URL('chat.update', settings.api_url).href
  const body = shown === undefined ? message : { ...message, channel: shown.place, ts: shown.id }
  const result = await ask({ url, body }, settings, content, deps)
  const outcome = providerOutcome(result, new URL(url).hostname, deps.clock.now(), slackAnswers)
  if (settings.update_message && outcome.kind === 'arrived') await remember(result, content, deps)
  return outcome
})

function slackMessage(settings: AlertmanagerSlackSettings): object {
  const { channel, username, icon_emoji, icon_url, link_names, message_text: text } = settings
  const attachments = [attachment(settings)]
  return { ...omitEmpty({ channel, username, icon_emoji, icon_url, link_names, text }), attachments }
}

function attachment(settings: AlertmanagerSlackSettings): object {
  const { title, title_link, pretext, text, fallback, callback_id, image_url, thumb_url, footer, color } = settings
  const { fields, short_fields, actions, mrkdwn_in } = settings
  return {
    ...omitEmpty({ title: cutText(title, TITLE_CHARS), title_link, pretext, image_url, thumb_url, color }),
    ...{ text, fallback, callback_id, footer },
    ...omitEmpty({
      fields: fields.map(({ short = short_fields, ...shown }) => ({ ...omitEmpty(shown), short })),
      actions: actions.map(actionOf),
    }),
    mrkdwn_in: mrkdwn_in.length > 0 ? mrkdwn_in : ['fallback', 'pretext', 'text'],
  }
}

/** A button either opens a URL or sends its name and value. */
function actionOf({ url, name, value, confirm, ...common }: AlertmanagerSlackSettings['actions'][number]): object {
  if (url !== '') return omitEmpty({ ...common, url })
  return { ...omitEmpty({ ...common, name, value }), ...(confirm !== undefined && { confirm: omitEmpty(confirm) }) }
}

/** Undefined: no message shows the incident. */
async function shownMessage(
  { notification: { incident } }: ToSend,
  { shown }: Pick<SendDeps, 'shown'>,
): Promise<ShownMessage | 'unknown' | undefined> {
  try {
    const known = await shown?.read()
    return known !== undefined && known.incident === incident?.id ? known : undefined
  } catch {
    return 'unknown'
  }
}

async function remember(
  result: OutboundResult,
  { notification: { incident } }: ToSend,
  { shown }: Pick<SendDeps, 'shown'>,
): Promise<void> {
  if (result.kind !== 'answer' || incident === undefined) return
  const { ts, channel: place } = bodyOf(result.body)
  if (typeof ts !== 'string' || typeof place !== 'string') return
  try {
    await shown?.write({ incident: incident.id, place, id: ts })
  } catch {
    // The message is there; the next one will stand beside it.
  }
}

/** The API answers in JSON and a webhook with a word; Rocket.Chat, which takes the same messages, says `success`. */
const slackAnswers: ProviderAnswers = {
  read(answer) {
    if (!/^application\/json\b/i.test(answer.headers['content-type'] ?? '')) return webhookAnswers.read(answer)
    return bodyOf(answer.body).success === true ? { taken: true } : apiAnswers.read(answer)
  },
  get codes() {
    return { ...webhookAnswers.codes, ...apiAnswers.codes }
  },
}
