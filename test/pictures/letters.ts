import { plain } from '../../functions/api/console/messages/chats.ts'
import { phoneText } from '../../functions/api/console/messages/letters.ts'
import type { ToSend } from '../../shared/channel/send.ts'
import type { ReaderSettings } from '../../shared/channels/chat/write.ts'
import { emailMessage } from '../../shared/channels/email/message.ts'
import { readMail } from '../fakes/mail.ts'
import { DEPS } from './story.ts'

/** The HTML of an e-mail, as the mail program gets the HTML. */
export async function mailPage(settings: ReaderSettings, content: ToSend): Promise<string> {
  const reader = { from: 'Tocsin <tocsin@example.com>', to: ['mei@example.com'], ...settings }
  return readMail((await emailMessage(reader, content, DEPS)).toString()).html
}

/** A text message on a phone, and the words of a call. */
export function phonePage({ language, timeZone }: ReaderSettings, content: ToSend): string {
  const text = phoneText({ language, timeZone }, content)
  return `<div class="shown"><div class="phone"><small>+86 571 8502 2088</small><div class="bubble">${plain(text)}</div></div></div>`
}
