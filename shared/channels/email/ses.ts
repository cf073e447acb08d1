import type { Millis } from '../../base/time.ts'
import { VERSION } from '../../base/version.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { awsKeys } from '../aws/keys.ts'
import { signAws } from '../aws-eventbridge/signature.ts'
import { bodyOf, codeIn } from '../events/put-events.ts'
import { classify } from '../http/answer.ts'
import type { EmailSettings } from './kind.ts'

/**
 * Sends the message through Amazon SES: one request with the whole message in it, at most 40 MB
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). SES takes a message for all mailboxes or
 * for none, and does not notice a message that is sent twice.
 */
export async function sendBySes(
  settings: EmailSettings,
  message: Buffer,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  { clock, request, role: roleOf }: Pick<SendDeps, 'clock' | 'request' | 'role'>,
): Promise<Outcome> {
  const { region = '', endpoint, to } = settings
  const keys = awsKeys(settings) ?? roleOf?.()
  if (keys === undefined) {
    const detail = 'it has no accessKeyId, and only functions on AWS have a role of their own to use instead'
    return { kind: 'dead', at: clock.now(), reason: 'misconfigured', detail }
  }
  // https://docs.aws.amazon.com/general/latest/gr/ses.html; other partitions need an `endpoint`.
  const origin = endpoint ?? `https://email.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  const url = new URL('/v2/email/outbound-emails', origin)
  const raw = { Raw: { Data: message.toString('base64') } }
  // The sender is read from the message.
  const body = JSON.stringify({ Destination: { ToAddresses: to }, Content: raw })
  const headers = { 'content-type': 'application/json', 'user-agent': `Tocsin/${VERSION}` }
  const signed = await signAws(keys, { url, service: 'ses', region, headers, body, at: clock.now() })
  const result = await request({ url: url.href, method: 'POST', headers: signed, body, giveUpAt, secure: true })
  return sesOutcome(result, url.hostname, clock.now())
}

/** Codes of refusals that may pass: quotas (SES answers 400 or 429), and sending that the owner paused. */
const QUOTA = /^(?:Throttl|TooManyRequests|LimitExceeded)/
const PAUSED = /^(?:SendingPaused|AccountSuspended)/
const AUTH = /AccessDenied|Expired|NotAuthorized|OptIn|Signature|Token|UnrecognizedClient/

export function sesOutcome(result: OutboundResult, host: string, now: Millis): Outcome {
  const outcome = classify(result, host, now)
  if (result.kind !== 'answer') return outcome
  const body = bodyOf(result.body)
  if (outcome.kind === 'arrived') {
    if (typeof body.MessageId === 'string') return outcome
    return {
      kind: 'ambiguous',
      at: now,
      reason: 'other',
      detail: `${host}: status ${result.status} without a MessageId`,
    }
  }
  const code = codeIn(body.code ?? body.__type ?? result.headers['x-amzn-errortype'])
  const detail = `${host}: status ${result.status}${code === undefined ? '' : ` ${code}`}`
  if (outcome.kind !== 'dead' || code === undefined) return { ...outcome, detail }
  if (QUOTA.test(code)) return { kind: 'refused', at: now, reason: 'rateLimited', detail }
  if (PAUSED.test(code)) return { kind: 'refused', at: now, reason: 'misconfigured', detail }
  return AUTH.test(code) ? { ...outcome, reason: 'authError', detail } : { ...outcome, detail }
}
