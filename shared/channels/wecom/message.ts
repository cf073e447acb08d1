import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { inert } from '../../message-text/escape.ts'
import type { Look } from '../../message-text/look.ts'
import { type Dialect, markdownText } from '../../message-text/markdown.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'

export interface WeComMessage {
  msgtype: 'markdown'
  markdown: { content: string }
}

/** Of the content (https://developer.work.weixin.qq.com/document/path/91770). */
const ROOM = { bytes: 4096 }

/** The only colours of WeCom: green, grey and orange. */
const COLORS: Readonly<Record<Look['name'], string>> = {
  P1: 'warning',
  P2: 'warning',
  P3: 'warning',
  P4: 'comment',
  resolved: 'info',
}

const DIALECT: Dialect = {
  plain: inert,
  title: (text, { name }) => `**<font color="${COLORS[name]}">${text}</font>**`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '\n',
  paragraph: '\n\n',
}

export function weComMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): WeComMessage {
  const { rendered } = content
  const title = rendered?.title === undefined ? '' : `${rendered.title}\n\n`
  return chatMessage(settings, content, deps, {
    write: (layout) => ({
      msgtype: 'markdown',
      markdown: { content: rendered === undefined ? markdownText(layout, DIALECT) : title + rendered.content },
    }),
    fits: ({ markdown }) => hasRoom(markdown.content, ROOM),
  })
}
