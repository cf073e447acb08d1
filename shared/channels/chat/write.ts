import { detailsLink } from '../../account/link.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { digestText, fitDigest } from '../../message-text/digest.ts'
import { fitForm } from '../../message-text/fit.ts'
import { type Layout, layoutOf } from '../../message-text/layout.ts'
import { type Amount, type MessageText, messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import type { User } from '../../people/user.ts'
import type { ChatSettings } from './settings.ts'

/** A chat shows a few lines of an alert. */
const AMOUNT: Amount = { values: 10, chars: 500 }

/** People in a message by name, as the chat names its members. */
export interface Called<Name> {
  names: readonly Name[]
  /** Every reader of the chat. */
  all: boolean
}

/** How a kind writes a message. */
export interface Writing<Message, Name> {
  /** `subject`: the message in one line, for lists of conversations and notices on a screen. */
  write(layout: Layout, subject: string, called: Called<Name>): Message
  /** Whether the chat takes a message of this size. */
  fits(message: Message): boolean
  /** The name of a user in the chat; undefined: the chat does not know the user. */
  nameOf(user: User): Name | undefined
}

export type ReaderSettings = Pick<ChatSettings, 'language' | 'timeZone' | 'details'>

const NOBODY = { names: [], all: false }

/**
 * The built-in text of a message into a chat, or of a digest message, as much of it as the chat takes. A message without
 * room for the names is sent without the names.
 */
export function chatMessage<Message, Name>(
  { language, timeZone, details }: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
  { write, fits, nameOf }: Writing<Message, Name>,
): Message {
  const { digest, note } = content
  const textOf = ({ notification }: Pick<ToSend, 'notification'>): MessageText => {
    const view = viewOf(notification)
    const link = detailsLink(details, view, content, deps)
    return messageText(view, { language, timeZone, ...link, note, amount: AMOUNT })
  }
  const text = digest === undefined ? textOf(content) : digestText(digest.map(textOf), language)
  const called = calledBy(content, text, nameOf)
  for (const names of called === undefined ? [NOBODY] : [called, NOBODY]) {
    const written = (form: MessageText): Message | undefined => {
      const message = write(layoutOf(form), form.subject, names)
      return fits(message) ? message : undefined
    }
    const fitting = digest === undefined ? fitForm(text, written) : fitDigest(text, written)
    if (fitting !== undefined) return fitting
  }
  // A link too long for the chat: the title alone has room everywhere.
  const { subject, status, level, title } = text
  const bare = { language, subject, status, level, title, facts: [], labels: [], annotations: [], references: [] }
  return write(layoutOf({ ...bare, alerts: [], left: 0 }), subject, NOBODY)
}

/** Nobody is called for an end. */
function calledBy<Name>(
  { mention }: Pick<ToSend, 'mention'>,
  { status }: Pick<MessageText, 'status'>,
  nameOf: (user: User) => Name | undefined,
): Called<Name> | undefined {
  if (mention === undefined || status !== 'firing') return undefined
  const names = mention.users.map(nameOf).filter((name) => name !== undefined)
  return names.length > 0 || mention.all ? { names, all: mention.all } : undefined
}
