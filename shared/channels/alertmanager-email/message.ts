import addressParser from 'nodemailer/lib/addressparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { mailboxProblem } from '../../base/mailbox.ts'
import { groupKeyHash } from '../alertmanager/group-key.ts'
import type { ReceiverMessage } from '../alertmanager/written.ts'
import type { AlertmanagerEmailSettings } from './kind.ts'

const MOST_MAILBOXES = 50

/** The mailboxes in a header such as `A <a@example.com>, b@example.com`. Undefined: none, too many, or no mailbox. */
export function mailboxesIn(text: string): string[] | undefined {
  const mailboxes = addressParser(text, { flatten: true }).map(({ address }) => address)
  const usable = mailboxes.length > 0 && mailboxes.length <= MOST_MAILBOXES
  return usable && mailboxes.every((mailbox) => mailboxProblem(mailbox) === undefined) ? mailboxes : undefined
}

/**
 * The message as it is sent (RFC 5322), the same bytes for the same attempt. Header values are encoded by nodemailer: no
 * text of an alert begins a header.
 */
export async function receiverMessage(
  settings: AlertmanagerEmailSettings,
  { id, begunAt, notification }: ReceiverMessage,
  host: string,
): Promise<Buffer> {
  const { text, html, threading } = settings
  const { named, others } = headersOf(settings.headers)
  const name = id.replace(/[^\w.-]/g, '_')
  const thread = threading.enabled ? threadOf(notification.groupKey, threading.thread_by_date, begunAt) : undefined
  const composer = new MailComposer({
    from: named.from ?? settings.from,
    to: named.to ?? settings.to,
    subject: named.subject ?? '',
    messageId: named['message-id'] ?? `<${name}@${host}>`,
    date: new Date(begunAt),
    headers: { 'Auto-Submitted': 'auto-generated', ...others },
    ...(thread !== undefined && { references: thread, inReplyTo: thread }),
    ...(text !== '' && { text }),
    ...(html !== '' && { html }),
    encoding: 'quoted-printable',
    baseBoundary: name,
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return await composer.compile().build()
}

const NAMED = ['subject', 'to', 'from', 'message-id'] as const
type Named = (typeof NAMED)[number]

function headersOf(headers: Readonly<Record<string, string>>) {
  const named: Partial<Record<Named, string>> = {}
  const others: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const known = NAMED.find((one) => one === name.toLowerCase())
    if (known === undefined) others[name] = value
    else named[known] = value
  }
  return { named, others }
}

/** The id of a message that there is not: programs for mail show together what names the same id. */
function threadOf(groupKey: string, by: string | undefined, at: number): string {
  const day = by === 'daily' ? new Date(at).toISOString().slice(0, 10) : ''
  return `<alert-${groupKeyHash(groupKey).slice(0, 16)}-${day}@alertmanager>`
}
