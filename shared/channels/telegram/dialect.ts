import { escapeHtml, unlinked } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

/**
 * The HTML of Telegram (https://core.telegram.org/bots/api#html-style). Telegram makes links of addresses, names, tags
 * and commands that it finds in a text, but not inside of `code`, which a reader copies by a touch.
 */
export const DIALECT: Dialect = {
  plain: (text) => escapeHtml(unlinked(text)),
  exact: (text) => `<code>${escapeHtml(text)}</code>`,
  title: (text) => `<b>${text}</b>`,
  bold: (text) => `<b>${text}</b>`,
  link: (text, url) => `<a href="${escapeHtml(url)}">${text}</a>`,
  line: '\n',
  paragraph: '\n\n',
}
