import { inertForSlack } from '../../message-text/escape.ts'
import type { Dialect } from '../../message-text/markdown.ts'

export const DIALECT: Dialect = {
  plain: inertForSlack,
  title: (text) => `*${text}*`,
  bold: (text) => `*${text}*`,
  link: (text, url) => `<${url.replaceAll('&', '&amp;')}|${text}>`,
  line: '\n',
  paragraph: '\n\n',
}
