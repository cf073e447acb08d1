import type { SendDeps, ToSend } from '../../channel/send.ts'
import { markdownText } from '../../message-text/markdown.ts'
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
  if (rendered !== undefined) return [rendered.title, rendered.content].filter((part) => part).join('\n\n')
  return chatMessage(settings, content, deps, {
    write: (layout) => markdownText(layout, DIALECT),
    fits: (text) => shownChars(text) <= CHARS,
  })
}

/** Tags are not counted, and an entity is one character. */
function shownChars(html: string): number {
  return html.replace(/<[^>]*>/g, '').replace(/&\w+;|&#\d+;/g, '&').length
}
