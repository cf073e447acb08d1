import type { SendDeps, ToSend } from '../../channel/send.ts'
import { escapeHtml, unlinked } from '../../message-text/escape.ts'
import { type Dialect, markdownText } from '../../message-text/markdown.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'

/** UTF-16 units of the text without tags (https://core.telegram.org/bots/api#sendmessage). */
const CHARS = 4096

/**
 * The HTML of Telegram (https://core.telegram.org/bots/api#html-style). Telegram makes links of addresses, names, tags
 * and commands that it finds in a text, but not inside of `code`, which a reader copies by a touch.
 */
const DIALECT: Dialect = {
  plain: (text) => escapeHtml(unlinked(text)),
  exact: (text) => `<code>${escapeHtml(text)}</code>`,
  title: (text) => `<b>${text}</b>`,
  bold: (text) => `<b>${text}</b>`,
  link: (text, url) => `<a href="${escapeHtml(url)}">${text}</a>`,
  line: '\n',
  paragraph: '\n\n',
}

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
