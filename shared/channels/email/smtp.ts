import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import SmtpConnection from 'nodemailer/lib/smtp-connection'
import { MINUTE, type Millis } from '../../base/time.ts'
import type { Timer } from '../../outbound/request.ts'

interface SmtpSession {
  host: string
  tls: 'starttls' | 'implicit' | 'none'
  login?: { user: string; pass: string }
  /** Authorities, PEM. Absent: those of Node. */
  ca?: string
  /** Name of this host for the server (EHLO). */
  name: string
  from: string
  to: readonly string[]
  message: Buffer
}

/** `content`: from the first byte of the message on, the server may have taken the message. */
export type SmtpStage = 'connection' | 'tls' | 'login' | 'envelope' | 'content'

/** A mailbox that the server refused, by its place in `to`, from 1. */
export interface RefusedMailbox {
  number: number
  code: number | undefined
}

export type SmtpFailure = { stage: SmtpStage } & (
  | { why: 'answer'; code: number }
  /** `nonsense`: an answer that is not of SMTP. */
  | { why: 'timeout' | 'tooLarge' | 'noLogin' | 'nonsense' }
  /** `word`: a code of Node, such as ECONNRESET or CERT_HAS_EXPIRED. */
  | { why: 'connection' | 'certificate'; word?: string }
)

export type SmtpEnd = { ok: true; refused: RefusedMailbox[] } | ({ ok: false } & SmtpFailure)

/** Our own timer ends a session earlier; nodemailer's timers are a second net. */
const NEVER_MS = 10 * MINUTE
/** A longer answer belongs to no mail server. */
const ANSWER_BYTES = 64 * 1024

/**
 * Hands a message to a mail server over a socket that is connected already, in a session of its own. TLS is as strict as
 * the settings say: without `none`, no login and no message is sent before the handshake, and bytes that arrive before
 * the handshake are not read after it (RFC 3207, section 6). `giveUpAt`: a reading of the timer.
 */
export function smtpSession(socket: Socket, session: SmtpSession, giveUpAt: Millis, timer: Timer): Promise<SmtpEnd> {
  const { host, tls, login, ca, name, from, to } = session
  return new Promise((resolve) => {
    let stage: SmtpStage = tls === 'implicit' ? 'tls' : 'connection'
    let over = false
    const connection = new SmtpConnection({
      connection: socket,
      host,
      name,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
      connectionTimeout: NEVER_MS,
      greetingTimeout: NEVER_MS,
      socketTimeout: NEVER_MS,
      maxResponseSize: ANSWER_BYTES,
      logger: false,
    })
    const end = (result: SmtpEnd): void => {
      if (over) return
      over = true
      cancel()
      if (result.ok) connection.quit()
      connection.close()
      if (!result.ok) socket.destroy()
      resolve(result)
    }
    const fail = (error: SmtpError): void => end({ ok: false, ...failureOf(error, stage) })
    // After a pause of the process, timers run before sockets: the answer may be in the socket already.
    const cancel = timer.after(giveUpAt - timer.elapsed(), () =>
      setImmediate(() => end({ ok: false, stage, why: 'timeout' })),
    )
    const message = new Readable({
      // Called when the server has answered 354, not before.
      read() {
        stage = 'content'
        this.push(session.message)
        this.push(null)
      },
    })
    const send = (): void => {
      stage = 'envelope'
      const envelope = { from, to: [...to], size: session.message.length }
      connection.send(envelope, message, (error, info) => {
        if (error) fail(error)
        else end({ ok: true, refused: refusedOf(to, info?.rejectedErrors ?? []) })
      })
    }
    connection.on('error', fail)
    // A session that ends without an error has one more turn to say why.
    connection.on('end', () => setImmediate(() => end({ ok: false, stage, why: 'connection' })))
    connection.connect((error) => {
      if (error) return fail(error)
      if (tls !== 'none' && !connection.secure) return end({ ok: false, stage: 'tls', why: 'connection' })
      if (login === undefined) return send()
      stage = 'login'
      connection.login({ ...login }, (refused) => (refused ? fail(refused) : send()))
    })
  })
}

type SmtpError = Error & {
  code?: string
  originalCode?: string
  command?: string
  responseCode?: number | false
  recipient?: string
  response?: string
}

function failureOf(error: SmtpError, stage: SmtpStage): SmtpFailure {
  const at = error.command === 'STARTTLS' || error.code === 'ETLS' ? 'tls' : stage
  const code = answerCode(error)
  if (code !== undefined) return { stage: at, why: 'answer', code }
  const word = /^[A-Z][A-Z0-9_]{1,60}$/.test(error.originalCode ?? '') ? error.originalCode : undefined
  if (word !== undefined && isCertificateWord(word)) return { stage: 'tls', why: 'certificate', word }
  if (error.response) return { stage: at, why: 'nonsense' }
  if (error.code === 'EMESSAGE') return { stage: at, why: 'tooLarge' }
  if (error.code === 'EAUTH') return { stage: at, why: 'noLogin' }
  return { stage: at, why: 'connection', ...(word !== undefined && { word }) }
}

/** Names of OpenSSL's and Node's checks (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
function isCertificateWord(word: string): boolean {
  return /CERT|SIGNED|ISSUER|HOSTNAME_MISMATCH|CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/.test(word)
}

/** Undefined: the server gave no answer, or no answer of SMTP. */
function answerCode({ responseCode }: SmtpError): number | undefined {
  return typeof responseCode === 'number' && responseCode >= 200 && responseCode < 600 ? responseCode : undefined
}

function refusedOf(to: readonly string[], errors: readonly SmtpError[]): RefusedMailbox[] {
  return errors.map((error) => ({ number: to.indexOf(error.recipient ?? '') + 1, code: answerCode(error) }))
}
