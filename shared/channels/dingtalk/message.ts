import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { markdownText } from '../../message-text/markdown.ts'
import { chatMessage, type ReaderSettings } from '../chat/write.ts'
import { DIALECT } from './dialect.ts'

/** A message of type `markdown`; `title` is shown in lists of conversations. */
export interface DingTalkMessage {
  msgtype: 'markdown'
  markdown: { title: string; text: string }
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
    write: (layout, subject) => ({
      msgtype: 'markdown',
      markdown: { title: rendered?.title ?? subject, text: rendered?.content ?? markdownText(layout, DIALECT) },
    }),
    fits: (message) => hasRoom(JSON.stringify(message), ROOM),
  })
}
