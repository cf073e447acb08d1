import { inert } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

/** The Markdown of a TextBlock, for content templates. A line ends at an empty line. */
export const DIALECT: Dialect = {
  plain: inert,
  title: (text) => `**${text}**`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n\n',
  paragraph: '\n\n',
}
