import { never } from '../../base/never.ts'
import { MINUTE, type Millis } from '../../base/time.ts'
import type { FailureReason, Outcome } from '../../delivery/outcome.ts'
import type { RefusedMailbox, SmtpEnd, SmtpFailure, SmtpStage } from './smtp.ts'

/**
 * A server with greylisting refuses a stranger's first attempt and takes a later one, mostly after some minutes
 * (RFC 6647, section 5).
 */
const GREYLISTED_MS = 5 * MINUTE

/**
 * The outcome of a session with a mail server. Until the content of the message begins, the server surely did not take
 * the message; afterwards only an answer says whether it did. `detail` has codes only: the text of a mail server repeats
 * mailboxes.
 */
export function smtpOutcome(
  end: SmtpEnd,
  { host, to, whose }: { host: string; to: number; whose: 'the channel' | 'the user' },
  at: Millis,
): Outcome {
  if (end.ok) return { kind: 'arrived', at, ...(end.refused.length > 0 && { note: noteOf(end.refused, to, whose) }) }
  const { kind, reason, retryAfterMs } = meaningOf(end)
  const detail = `${host}: ${words(end)}`
  return { kind, at, reason, detail, ...(kind === 'refused' && retryAfterMs !== undefined && { retryAfterMs }) }
}

interface Meaning {
  kind: 'refused' | 'ambiguous' | 'dead'
  reason: FailureReason
  retryAfterMs?: number
}

function meaningOf(failure: SmtpFailure): Meaning {
  const { stage, why } = failure
  const unknown = stage === 'content' ? 'ambiguous' : 'refused'
  switch (why) {
    case 'answer':
      return answerMeaning(stage, failure.code)
    case 'timeout':
      return { kind: unknown, reason: 'timeout' }
    case 'connection':
      return { kind: unknown, reason: 'connection' }
    case 'nonsense':
      return { kind: unknown, reason: 'other' }
    case 'certificate':
      // The owner of the server may renew the certificate at any time, so the message waits, and the reason is shown.
      return { kind: 'refused', reason: 'misconfigured' }
    case 'tooLarge':
      return { kind: 'dead', reason: 'clientError' }
    case 'noLogin':
      return { kind: 'dead', reason: 'authError' }
    default:
      return never(why)
  }
}

/** https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1, and RFC 4954 for the login. */
function answerMeaning(stage: SmtpStage, code: number): Meaning {
  if (stage === 'tls') return { kind: 'refused', reason: 'misconfigured' }
  if (code < 400) return { kind: stage === 'content' ? 'ambiguous' : 'refused', reason: 'other' }
  if (code >= 500) return { kind: 'dead', reason: stage === 'login' || isLoginCode(code) ? 'authError' : 'clientError' }
  if (stage === 'login') return { kind: 'refused', reason: 'serverError' }
  // Amazon SES answers 454 above its rate (https://docs.aws.amazon.com/ses/latest/dg/smtp-response-codes.html).
  if (code === 454) return { kind: 'refused', reason: 'rateLimited' }
  const greylisted = stage === 'envelope' && (code === 450 || code === 451)
  return { kind: 'refused', reason: 'serverError', ...(greylisted && { retryAfterMs: GREYLISTED_MS }) }
}

/** The server wants a login, or refused the login late. */
function isLoginCode(code: number): boolean {
  return code === 530 || code === 534 || code === 535 || code === 538
}

const STAGES: Record<SmtpStage, string> = {
  connection: 'the connection',
  tls: 'the begin of TLS',
  login: 'the login',
  envelope: 'the mailboxes',
  content: 'the message',
}

function words(failure: SmtpFailure): string {
  const stage = STAGES[failure.stage]
  switch (failure.why) {
    case 'answer':
      return failure.stage === 'tls' ? `it begins no TLS (${failure.code})` : `answered ${failure.code} to ${stage}`
    case 'timeout':
      return `no answer to ${stage} in time`
    case 'connection':
      return `the connection broke at ${stage}${failure.word === undefined ? '' : ` (${failure.word})`}`
    case 'nonsense':
      return `no answer of SMTP to ${stage}`
    case 'certificate':
      return `its certificate is not accepted${failure.word === undefined ? '' : ` (${failure.word})`}`
    case 'tooLarge':
      return 'the message is larger than the server takes'
    case 'noLogin':
      return 'it has no way to log in that Tocsin knows'
    default:
      return never(failure)
  }
}

function noteOf(refused: readonly RefusedMailbox[], to: number, whose: string): string {
  const numbers = refused.map(({ number, code }) => `${number}${code === undefined ? '' : ` (${code})`}`)
  return `refused mailboxes, by their place among the ${to} of ${whose}: ${numbers.join(', ')}`
}
