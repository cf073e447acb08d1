import { escapeHtml } from '../../../../shared/message-text/escape.ts'
import { anchor, called, coloured, inline, type Mark, tag, withinPage } from './inline.ts'

/* Texts in the markup of a chat as HTML, about as the chat shows the texts. */

/** The markup that a chat knows. */
interface Chat {
  marks: readonly Mark[]
  /** Forms of whole lines that the chat knows. */
  blocks: readonly Block[]
  /** A line feed ends a line. Otherwise a line ends at two spaces before the line feed, or at an empty line. */
  lines?: true
}

type Block = 'heading' | 'quote' | 'list' | 'rule' | 'fence'

const ESCAPED: Mark = { starts: '\\', form: /\\([^\w\s])/y, write: ([, sign = '']) => escapeHtml(sign) }
const CODE: Mark = { starts: '`', form: /`([^`\n]{1,2000})`/y, write: tag('code') }
const BOLD: Mark = { starts: '*', form: /\*\*(?=\S)([^\n]{1,2000}?)\*\*/y, write: tag('b') }
const ITALIC: Mark = { starts: '*_', form: /(?<![\w*])([*_])(?=[^\s*_])([^*_\n]{1,2000})\1(?!\w)/y, write: italic }
const STRUCK: Mark = { starts: '~', form: /~~(?=\S)([^~\n]{1,2000})~~/y, write: tag('s') }
const UNDERLINED: Mark = { starts: '_', form: /__(?=\S)([^_\n]{1,2000})__/y, write: tag('u') }
const LINK: Mark = {
  starts: '[',
  form: /\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/y,
  write: ([, words = '', url = ''], inner) => anchor(url, inner(words)),
}
/** A picture of another host would tell that host who looks at the page. */
const IMAGE: Mark = {
  starts: '!',
  form: /!\[([^[\]\n]{0,200})\]\(([^()\s]{1,2000})\)/y,
  write: ([, words = '', url = '']) => `<span class="image">${anchor(url, escapeHtml(words || '▦'))}</span>`,
}
const COLOUR: Mark = {
  starts: '<',
  form: /<font color=["']?([#\w]{1,20})["']?>([^\n]{0,2000}?)<\/font>/iy,
  write: ([, colour = '', words = ''], inner) => coloured(colour, inner(words)),
}
const AT_TAG: Mark = { starts: '<', form: /<@([\w.-]{1,100})>/y, write: ([, name = '']) => called(name) }
const LARK_AT: Mark = { starts: '<', form: /<at id=(\w{1,100})><\/at>/y, write: ([, name = '']) => called(name) }
const AT: Mark = { starts: '@', form: /(?<![\w.])@([\w.]{1,100})/y, write: ([, name = '']) => called(name) }

function italic([, , part = '']: readonly string[], inner: (text: string) => string): string {
  return `<i>${inner(part)}</i>`
}

const USUAL = [ESCAPED, CODE, BOLD, ITALIC, LINK]

const CHATS = {
  dingtalk: { marks: [...USUAL, IMAGE, COLOUR, AT], blocks: ['heading', 'quote', 'list'] },
  wecom: { marks: [CODE, BOLD, LINK, COLOUR, AT_TAG], blocks: ['heading', 'quote'], lines: true },
  lark: { marks: [...USUAL, STRUCK, COLOUR, LARK_AT], blocks: ['rule'], lines: true },
  teams: { marks: [...USUAL, IMAGE], blocks: ['list'] },
  discord: {
    marks: [UNDERLINED, ...USUAL, STRUCK, AT_TAG, AT],
    blocks: ['heading', 'quote', 'list', 'fence'],
    lines: true,
  },
} as const satisfies Record<string, Chat>

export function markdown(text: string, chat: keyof typeof CHATS): string {
  return withinPage(text, blocks(text, CHATS[chat]))
}

const SLACK: Chat = {
  marks: [
    // Slack escapes three characters alone.
    { starts: '&', form: /&(?:amp|lt|gt);/y, write: ([sign = '']) => sign },
    { starts: '<', form: /<@(\w{1,100})>/y, write: ([, name = '']) => called(name) },
    { starts: '<', form: /<!(channel|here|everyone)>/y, write: ([, name = '']) => called(name) },
    {
      starts: '<',
      form: /<(https?:[^|<>\s]{1,2000})(?:\|([^<>]{0,500}))?>/y,
      write: ([, url = '', words = ''], inner) =>
        anchor(url.replaceAll('&amp;', '&'), words === '' ? escapeHtml(url) : inner(words)),
    },
    CODE,
    { starts: '*', form: /(?<![\w*])\*(?=[^\s*])([^*\n]{1,2000})\*(?!\w)/y, write: tag('b') },
    { starts: '_', form: /(?<![\w_])_(?=[^\s_])([^_\n]{1,2000})_(?!\w)/y, write: tag('i') },
    { starts: '~', form: /(?<![\w~])~(?=[^\s~])([^~\n]{1,2000})~(?!\w)/y, write: tag('s') },
  ],
  blocks: ['quote', 'fence'],
  lines: true,
}

export function mrkdwn(text: string): string {
  return withinPage(text, blocks(text.replaceAll(/^&gt;/gm, '>'), SLACK))
}

/** The begin of a block, and the part of its first line that is shown. */
const BEGINS: Readonly<Record<Block, RegExp>> = {
  heading: /^(#{1,6}) +(.*)$/,
  quote: /^()> ?(.*)$/,
  list: /^ {0,6}(?:[-*+]|(\d{1,9})[.)]) +(.*)$/,
  rule: /^()\s*(?:-{3,}|\*{3,})()\s*$/,
  fence: /^()```(.*)$/,
}

function blocks(text: string, { marks, blocks: known, lines }: Chat): string {
  const written: string[] = []
  const source = text.split('\n')
  let paragraph = ''
  const end = (): void => {
    if (paragraph !== '') written.push(`<p>${paragraph}</p>`)
    paragraph = ''
  }
  for (let at = 0; at < source.length; at++) {
    const line = source[at]!
    const block = known.find((one) => BEGINS[one].test(line))
    if (block === undefined) {
      if (line.trim() === '') end()
      else {
        const before = source[at - 1] ?? ''
        const gap = lines || /(?: {2}|\\)$/.test(before) ? '<br>' : ' '
        paragraph += (paragraph === '' ? '' : gap) + inline(lines ? line : line.trim(), marks)
      }
      continue
    }
    end()
    const [first, count] = [at, blockLines(source, at, block)]
    at += count - 1
    written.push(blockOf(block, source.slice(first, first + count), marks))
  }
  end()
  return written.join('')
}

/** Lines of the block from its first line on. */
function blockLines(source: readonly string[], first: number, block: Block): number {
  if (block === 'heading' || block === 'rule') return 1
  if (block === 'fence') {
    const last = source.findIndex((line, at) => at > first && line.includes('```'))
    return (last < 0 ? source.length - 1 : last) - first + 1
  }
  const past = source.findIndex((line, at) => at > first && !BEGINS[block].test(line))
  return (past < 0 ? source.length : past) - first
}

function blockOf(block: Block, lines: readonly string[], marks: readonly Mark[]): string {
  const parts = lines.map((line) => BEGINS[block].exec(line) ?? ['', '', line])
  const words = parts.map(([, , part = '']) => inline(part, marks))
  switch (block) {
    case 'heading':
      return `<p class="h${parts[0]![1]!.length}">${words.join('')}</p>`
    case 'quote':
      return `<blockquote>${words.join('<br>')}</blockquote>`
    case 'list': {
      const name = parts[0]![1] ? 'ol' : 'ul'
      return `<${name}>${words.map((one) => `<li>${one}</li>`).join('')}</${name}>`
    }
    case 'rule':
      return '<hr>'
    case 'fence':
      return `<pre>${escapeHtml(lines.join('\n').replace(/^```\w*\n?|\n?```\s*$/g, ''))}</pre>`
  }
}
