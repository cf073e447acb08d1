import type { Send, SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { readSender } from './address.ts'
import type { EmailSettings } from './kind.ts'
import { emailMessage, hostOf, type Mail } from './message.ts'
import { sendBySes } from './ses.ts'
import { submit } from './submit.ts'

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
  const { from, details } = settings
  const message = await emailMessage({ from, to, language, timeZone, details }, content, deps)
  return settings.provider === 'ses'
    ? await sendBySes(settings, { message, to }, content, deps)
    : await sendBySmtp(settings, { message, to }, content, deps)
}

/** Hands the message to the mail server of the channel. */
async function sendBySmtp(
  settings: EmailSettings,
  { message, to }: Mail,
  { giveUpAt, recipient }: ToSend,
  deps: SendDeps,
): Promise<Outcome> {
  const { host = '', tls = 'starttls', port = tls === 'implicit' ? 465 : 587, username, password, ca, from } = settings
  const mail = { from: readSender(from)?.address ?? from, to, message }
  const login = username !== undefined && password !== undefined ? { user: username, pass: password } : undefined
  const name = hostOf(deps.publicUrl)
  const whose = recipient === undefined ? 'the channel' : 'the user'
  return await submit({ host, port, tls, login, ca, name }, mail, { giveUpAt, whose }, deps)
}
