import { isIP } from 'node:net'
import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { readSender } from './address.ts'
import type { EmailSettings } from './kind.ts'
import { emailMessage, hostOf } from './message.ts'
import { smtpOutcome } from './outcome.ts'
import { sendBySes } from './ses.ts'
import { smtpSession } from './smtp.ts'

/** Sends the message by the provider of the channel. */
export const sendEmail: Send<EmailSettings> = async (settings, content, deps) => {
  const message = await emailMessage(settings, content, deps.publicUrl)
  return settings.provider === 'ses'
    ? await sendBySes(settings, message, content, deps)
    : await sendBySmtp(settings, message, content, deps)
}

/** Hands the message to the mail server of the channel. */
async function sendBySmtp(
  settings: EmailSettings,
  message: Buffer,
  content: ToSend,
  { connect, clock, publicUrl }: SendDeps,
): Promise<Outcome> {
  const {
    host = '',
    tls = 'starttls',
    port = tls === 'implicit' ? 465 : 587,
    username,
    password,
    ca,
    from,
    to,
  } = settings
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
  return smtpOutcome(end, { host, to: to.length }, clock.now())
}

/** An address stands in brackets (RFC 5321, section 4.1.3). */
function greetingName(host: string): string {
  return isIP(host) === 4 ? `[${host}]` : host.replace(/^\[(.*:.*)\]$/, '[IPv6:$1]')
}
