import type { Dialect } from '../../message-text/markdown.ts'

/** The Markdown of Discord takes a backslash before every mark, and before a colon, which ends an address. */
export const DIALECT: Dialect = {
  plain: (text) => text.replace(/[\\*_~`|<[\]@:]/g, '\\$&').replace(/^(\s*)(?=[#>+-]|\d+\.)/gm, '$1\u200b'),
  title: (text) => `**${text}**`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n',
  paragraph: '\n\n',
}
