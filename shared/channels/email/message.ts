import MailComposer from 'nodemailer/lib/mail-composer'
import { detailsLink } from '../../account/link.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import { htmlText } from '../../message-text/html.ts'
import { plainText } from '../../message-text/plain.ts'
import { messageText } from '../../message-text/text.ts'
import { viewOf } from '../../message-view/view.ts'
import { readSender } from './address.ts'
import { htmlAsText } from './html-as-text.ts'
import { type EmailSettings, MOST_ALERTS } from './kind.ts'

/** A message as it is sent, and the mailboxes. */
export interface Mail {
  message: Buffer
  to: readonly string[]
}

/** Whom a message is for, and how it reads. */
export interface Addressed extends Pick<EmailSettings, 'from' | 'language' | 'timeZone' | 'details'> {
  /** Mailboxes; each sees the others. */
  to: readonly string[]
}

/**
 * The message as it is sent (RFC 5322), the same bytes for the same attempt. The id is the same on every attempt, so
 * that a server or a mailbox can recognise a message that comes twice. Header values are encoded by nodemailer: no text
 * of an alert begins a header.
 */
export async function emailMessage(
  { from, to, language, timeZone, details }: Addressed,
  content: Omit<ToSend, 'giveUpAt'>,
  deps: Pick<SendDeps, 'publicUrl' | 'secrets'>,
): Promise<Buffer> {
  const { id, notification, begunAt, rendered, note } = content
  const view = viewOf(notification, { shown: MOST_ALERTS })
  const link = detailsLink(details, view, content, deps)
  const text = messageText(view, { language, timeZone, ...link, note })
  const html = rendered?.content ?? htmlText(text)
  const name = id.replace(/[^\w.-]/g, '_')
  const composer = new MailComposer({
    from: readSender(from) ?? from,
    to: [...to],
    subject: rendered?.title ?? text.subject,
    messageId: `<${name}@${hostOf(deps.publicUrl)}>`,
    date: new Date(begunAt),
    // RFC 3834: no holiday reply comes back.
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: rendered === undefined ? plainText(text) : htmlAsText(html),
    html,
    baseBoundary: name,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return await composer.compile().build()
}

/** The name of this installation in the id of a message, and for mail servers. */
export function hostOf(publicUrl: string): string {
  return URL.parse(publicUrl)?.hostname || 'tocsin.invalid'
}
