import { incidentUrl, LONGEST_LINK_MS, linkUrl, signLink } from '../../account/link.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { type Amount, type MessageText, messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import type { ChatSettings } from './settings.ts'

/** A chat shows a few lines of a message. */
const AMOUNT: Amount = { values: 10, chars: 500 }

/** The built-in text of a message into a chat. */
export function chatText(
  { language, timeZone, details }: Pick<ChatSettings, 'language' | 'timeZone' | 'details'>,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): MessageText {
  const { notification, note } = content
  const view = viewOf(notification)
  const { incident } = view
  const url = incident && detailsUrl(details, incident.id, content, deps)
  return messageText(view, { language, timeZone, url, note, amount: AMOUNT })
}

/** A signed link shows the incident, which the members of the chat read of anyway, and gives no right to act. */
export function detailsUrl(
  details: ChatSettings['details'],
  incident: string,
  { account, begunAt }: Pick<ToSend, 'account' | 'begunAt'>,
  { publicUrl, secrets }: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): string | undefined {
  if (details === 'none') return undefined
  if (details === 'page') return incidentUrl(publicUrl, incident)
  const claims = { account, incident, rights: [], madeAt: begunAt, endsAt: begunAt + LONGEST_LINK_MS }
  return linkUrl(publicUrl, signLink(secrets, claims))
}
