import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { markdownText } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

export interface WeComMessage {
  msgtype: 'markdown'
  markdown: { content: string }
}

/** Of the content (https://developer.work.weixin.qq.com/document/path/91770). */
const ROOM = { bytes: 4096 }

export function weComMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): WeComMessage {
  const { rendered } = content
  const title = rendered?.title === undefined ? '' : `${rendered.title}\n\n`
  return chatMessage(settings, content, deps, {
    write(layout, _subject, { names }) {
      const text = rendered === undefined ? markdownText(layout, DIALECT) : title + rendered.content
      const called = names.length === 0 ? '' : DIALECT.paragraph + names.map((name) => `<@${name}>`).join(' ')
      return { msgtype: 'markdown', markdown: { content: text + called } }
    },
    fits: ({ markdown }) => hasRoom(markdown.content, ROOM),
    nameOf: ({ chats }: User) => chats?.wecom,
  })
}
