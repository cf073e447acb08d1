import { isIP } from 'node:net'
import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { readSender } from './address.ts'
import type { EmailSettings } from './kind.ts'
import { emailMessage, hostOf, type Mail } from './message.ts'
import { smtpOutcome } from './outcome.ts'
import { sendBySes } from './ses.ts'
import { smtpSession } from './smtp.ts'

/**
 * Sends the message by the provider of the channel: to the mailboxes of the user, in the user's language and time zone,
 * or to the mailboxes of the channel.
 */
export const sendEmail: Send<EmailSettings> = async (settings, content, deps) => {
  const { recipient } = content
  const to = recipient?.emails ?? settings.to ?? []
  if (to.length === 0) {
    return {
      kind: 'dead',
      at: deps.clock.now(),
      reason: 'misconfigured',
      detail: 'the channel has no mailbox of its own',
    }
  }
  const { language, timeZone } = recipient ?? settings
  const message = await emailMessage({ from: settings.from, to, language, timeZone }, content, deps.publicUrl)
  return settings.provider === 'ses'
    ? await sendBySes(settings, { message, to }, content, deps)
    : await sendBySmtp(settings, { message, to }, content, deps)
}

/** Hands the message to the mail server of the channel. */
async function sendBySmtp(
  settings: EmailSettings,
  { message, to }: Mail,
  content: ToSend,
  { connect, clock, publicUrl }: SendDeps,
): Promise<Outcome> {
  const { host = '', tls = 'starttls', port = tls === 'implicit' ? 465 : 587, username, password, ca, from } = settings
  if (connect === undefined) {
    return { kind: 'dead', at: clock.now(), reason: 'misconfigured', detail: 'this host sends no mail over SMTP' }
  }
  const reached = await connect({ host, port, giveUpAt: content.giveUpAt })
  if (!reached.ok) {
    const { reason, detail } = reached
    return { kind: reason === 'forbiddenTarget' ? 'dead' : 'refused', at: clock.now(), reason, detail }
  }
  const session = {
    ...{ host, tls, to, message },
    name: greetingName(hostOf(publicUrl)),
    from: readSender(from)?.address ?? from,
    ...(username !== undefined && password !== undefined && { login: { user: username, pass: password } }),
    ...(ca !== undefined && { ca }),
  }
  const end = await smtpSession(reached.socket, session, reached.giveUpAt, clock)
  const whose = content.recipient === undefined ? 'the channel' : 'the user'
  return smtpOutcome(end, { host, to: to.length, whose }, clock.now())
}

/** An address stands in brackets (RFC 5321, section 4.1.3). */
function greetingName(host: string): string {
  return isIP(host) === 4 ? `[${host}]` : host.replace(/^\[(.*:.*)\]$/, '[IPv6:$1]')
}
