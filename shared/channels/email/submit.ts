import { isIP } from 'node:net'
import type { Millis } from '../../base/time.ts'
import type { SendDeps } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import { smtpOutcome } from './outcome.ts'
import { smtpSession } from './smtp.ts'

interface MailServer {
  host: string
  port: number
  tls: 'starttls' | 'implicit' | 'none'
  login?: { user: string; pass: string } | undefined
  /** Authorities, PEM. Absent: those of Node. */
  ca?: string | undefined
  /** Name of this host for the server, or the address. */
  name: string
}

interface Submitted {
  /** Mailboxes. */
  from: string
  to: readonly string[]
  message: Buffer
}

interface Attempt {
  giveUpAt: Millis
  /** The user with the mailboxes in `to`, for the note about refused mailboxes. */
  whose: 'the channel' | 'the user'
}

/** Hands a message to a mail server. */
export async function submit(
  { host, port, tls, login, ca, name }: MailServer,
  { from, to, message }: Submitted,
  { giveUpAt, whose }: Attempt,
  { connect, clock }: Pick<SendDeps, 'connect' | 'clock'>,
): Promise<Outcome> {
  if (connect === undefined) {
    return { kind: 'dead', at: clock.now(), reason: 'misconfigured', detail: 'this host sends no mail over SMTP' }
  }
  const reached = await connect({ host, port, giveUpAt })
  if (!reached.ok) {
    const { reason, detail } = reached
    return { kind: reason === 'forbiddenTarget' ? 'dead' : 'refused', at: clock.now(), reason, detail }
  }
  const session = {
    ...{ host, tls, to, message, from, name: greetingName(name) },
    ...(login !== undefined && { login }),
    ...(ca !== undefined && { ca }),
  }
  const end = await smtpSession(reached.socket, session, reached.giveUpAt, clock)
  return smtpOutcome(end, { host, to: to.length, whose }, clock.now())
}

/** An address stands in brackets (RFC 5321, section 4.1.3). */
function greetingName(host: string): string {
  return isIP(host) === 4 ? `[${host}]` : host.replace(/^\[(.*:.*)\]$/, '[IPv6:$1]')
}
