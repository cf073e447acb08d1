import { hasRoom } from '../../base/clip.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { inert } from '../../message-text/escape.ts'
import { fitForm } from '../../message-text/fit.ts'
import { type Dialect, markdownText } from '../../message-text/markdown.ts'
import type { MessageText } from '../../message-text/text.ts'
import { chatText } from '../chat/write.ts'
import type { DingTalkSettings } from './kind.ts'

/** A message of type `markdown`; `title` is shown in lists of conversations. */
export interface DingTalkMessage {
  msgtype: 'markdown'
  markdown: { title: string; text: string }
}

/** Of the whole message. DingTalk answers 460101 to more. */
const BYTES = 20_000

/** The Markdown of DingTalk knows headings, colours, links and bold text. A line ends at two spaces and a line feed. */
const DIALECT: Dialect = {
  plain: inert,
  title: (text, color) => `#### <font color=${color}>${text}</font>`,
  bold: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  line: '  \n',
  paragraph: '\n\n',
}

export function dingTalkMessage(
  settings: Pick<DingTalkSettings, 'language' | 'timeZone' | 'details'>,
  content: ToSend,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): DingTalkMessage {
  const text = chatText(settings, content, deps)
  const { rendered } = content
  if (rendered !== undefined) return messageOf(rendered.title ?? text.subject, rendered.content)
  const write = (form: MessageText): DingTalkMessage | undefined => {
    const message = messageOf(text.subject, markdownText(form, DIALECT))
    return hasRoom(JSON.stringify(message), { bytes: BYTES }) ? message : undefined
  }
  return fitForm(text, write) ?? messageOf(text.subject, text.subject)
}

function messageOf(title: string, text: string): DingTalkMessage {
  return { msgtype: 'markdown', markdown: { title, text } }
}
