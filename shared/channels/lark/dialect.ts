import { inert } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

export const DIALECT: Dialect = {
  plain: inert,
  title: (text) => text,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n',
  paragraph: '\n\n',
}
