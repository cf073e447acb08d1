import { inert } from '../../message-text/escape.ts'
import type { Look } from '../../message-text/look.ts'
import type { Dialect } from '../../message-text/markdown.ts'

/** The only colours of WeCom: green, grey and orange. */
const COLORS: Readonly<Record<Look['name'], string>> = {
  P1: 'warning',
  P2: 'warning',
  P3: 'warning',
  P4: 'comment',
  resolved: 'info',
}

export const DIALECT: Dialect = {
  plain: inert,
  title: (text, { name }) => `**<font color="${COLORS[name]}">${text}</font>**`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n',
  paragraph: '\n\n',
}
