import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { markdownText } from '../../message-text/markdown.ts'
import type { User } from '../../people/user.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** A message of type `markdown`; `title` is shown in lists of conversations. */
export interface DingTalkMessage {
  msgtype: 'markdown'
  markdown: { title: string; text: string }
  /** Calls the people whose names are in the text. */
  at?: { atUserIds: string[]; atMobiles: string[]; isAtAll: boolean }
}

/** Of the whole message. DingTalk answers 460101 to more. */
const ROOM = { bytes: 20_000 }

export function dingTalkMessage(
  settings: ReaderSettings,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): DingTalkMessage {
  const { rendered } = content
  return chatMessage(settings, content, deps, {
    write(layout, subject, { names, all }) {
      const text = rendered?.content ?? markdownText(layout, DIALECT)
      const title = rendered?.title ?? subject
      if (names.length === 0 && !all) return { msgtype: 'markdown', markdown: { title, text } }
      const called = names.map((name) => `@${name.id ?? name.mobile}`).join(' ')
      const atUserIds = names.flatMap(({ id }) => id ?? [])
      const atMobiles = names.flatMap(({ mobile }) => mobile ?? [])
      const markdown = { title, text: called === '' ? text : `${text}${DIALECT.paragraph}${called}` }
      return { msgtype: 'markdown', markdown, at: { atUserIds, atMobiles, isAtAll: all } }
    },
    fits: (message) => hasRoom(JSON.stringify(message), ROOM),
    nameOf,
  })
}

/** A robot calls by id, or by a number of mainland China. */
function nameOf({ chats, phone }: User): { id?: string; mobile?: string } | undefined {
  if (chats?.dingtalk !== undefined) return { id: chats.dingtalk }
  return phone?.startsWith('86-') ? { mobile: phone.slice(3) } : undefined
}
