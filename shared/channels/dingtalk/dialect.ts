import { inert } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

/** The Markdown of DingTalk knows headings, colours, links and bold text. A line ends at two spaces and a line feed. */
export const DIALECT: Dialect = {
  plain: inert,
  title: (text, { color }) => `#### <font color=${color}>${text}</font>`,
  bold: (text) => `**${text}**`,
  colored: (text, color) => `<font color=${color}>${text}</font>`,
  link: (text, url) => `[${text}](${url})`,
  line: '  \n',
  paragraph: '\n\n',
}
