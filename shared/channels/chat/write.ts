import { detailsUrl } from '../../account/link.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { fitForm } from '../../message-text/fit.ts'
import { type Layout, layoutOf } from '../../message-text/layout.ts'
import { type Amount, messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import type { ChatSettings } from './settings.ts'

/** A chat shows a few lines of an alert. */
const AMOUNT: Amount = { values: 10, chars: 500 }

/** How a kind writes a message. */
export interface Writing<Message> {
  /** `subject`: the message in one line, for lists of conversations and notices on a screen. */
  write(layout: Layout, subject: string): Message
  /** Whether the chat takes a message of this size. */
  fits(message: Message): boolean
}

export type ReaderSettings = Pick<ChatSettings, 'language' | 'timeZone' | 'details'>

/** The built-in text of a message into a chat, as much of it as the chat takes. */
export function chatMessage<Message>(
  { language, timeZone, details }: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
  { write, fits }: Writing<Message>,
): Message {
  const { notification, note } = content
  const view = viewOf(notification)
  const url = view.incident && detailsUrl(details, view.incident.id, content, deps)
  const text = messageText(view, { language, timeZone, url, note, amount: AMOUNT })
  const fitting = fitForm(text, (form) => {
    const message = write(layoutOf(form), form.subject)
    return fits(message) ? message : undefined
  })
  if (fitting !== undefined) return fitting
  // A link too long for the chat: the title alone has room everywhere.
  const { subject, status, level, title } = text
  const bare = { language, subject, status, level, title, facts: [], labels: [], annotations: [], references: [] }
  return write(layoutOf({ ...bare, alerts: [], left: 0 }), subject)
}
