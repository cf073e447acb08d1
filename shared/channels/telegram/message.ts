import type { SendDeps, ToSend } from '../../channel/send.ts'
import { escapeHtml } from '../../message-text/escape.ts'
import { markdownText } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** UTF-16 units of the text without tags (https://core.telegram.org/bots/api#sendmessage). */
const CHARS = 4096

/** The text of a message, HTML. */
export function telegramText(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): string {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write(layout, _subject, { names }) {
      const parts = rendered === undefined ? [markdownText(layout, DIALECT)] : [rendered.title, rendered.content]
      return [...parts, names.join(' ')].filter((part) => part).join('\n\n')
    },
    // A text of a template that is too long has no shorter form.
    fits: (text) => shownChars(text) <= CHARS,
    nameOf: ({ chats, name }: User) =>
      chats?.telegram && `<a href="tg://user?id=${chats.telegram}">${escapeHtml(name)}</a>`,
  })
}

/** Tags are not counted, and an entity is one character. */
function shownChars(html: string): number {
  return html.replace(/<[^>]*>/g, '').replace(/&\w+;|&#\d+;/g, '&').length
}
