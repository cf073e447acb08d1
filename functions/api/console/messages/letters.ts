import type { ToSend } from '../../../../shared/channel/send.ts'
import { phoneWords } from '../../../../shared/channels/phone/words.ts'
import { escapeHtml } from '../../../../shared/message-text/escape.ts'
import { htmlText } from '../../../../shared/message-text/html.ts'
import { messageText } from '../../../../shared/message-text/text.ts'
import type { Language } from '../../../../shared/message-text/words.ts'
import { viewOf } from '../../../../shared/message-view/view.ts'
import { tagsAsHtml } from './tags.ts'

/** A reader of a message. */
export interface Reader {
  language: Language
  timeZone: string
}

/** The subject of an e-mail above its page. `from`, `subject`: the words for the two lines. */
export function letter(
  reader: Reader,
  { notification, rendered, note }: ToSend,
  names: { from: string; subject: string },
): string {
  const text = messageText(viewOf(notification), { ...reader, note })
  const subject = rendered?.title ?? text.subject
  const line = (name: string, words: string): string =>
    `<p><span class="dim">${escapeHtml(name)}</span> ${escapeHtml(words)}</p>`
  const page = tagsAsHtml(rendered?.content ?? htmlText(text))
  return `<div class="letter"><div class="heads">${line(names.from, 'Tocsin')}${line(names.subject, subject)}</div><div class="paper">${page}</div></div>`
}

/** The words of a text message. Providers refuse links, so the text has no link. */
export function phoneText(reader: Reader, content: ToSend): string {
  return phoneWords(content, reader).content
}

/** The first characters of GSM 03.38, which takes seven bits a character; characters of the second list take fourteen bits. */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const GSM_LONG = '^{}\\[~]|€'

/**
 * How many messages a phone gets, and how many characters each takes. A text with a character beyond GSM 03.38 is sent
 * in UTF-16. The parts of a long text have room for fewer characters.
 */
export function messageParts(text: string): { parts: number; each: number } {
  let septets = 0
  for (const character of text) {
    if (GSM.includes(character)) septets++
    else if (GSM_LONG.includes(character)) septets += 2
    else return partsOf(text.length, 70, 67)
  }
  return partsOf(septets, 160, 153)
}

function partsOf(units: number, one: number, each: number): { parts: number; each: number } {
  return units <= one ? { parts: 1, each: one } : { parts: Math.ceil(units / each), each }
}
