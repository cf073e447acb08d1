import type { Millis } from '../../base/time.ts'
import type { SendDeps, ToSend } from '../../channel/send.ts'
import type { Outcome } from '../../delivery/outcome.ts'
import type { OutboundResult } from '../../outbound/request.ts'
import { awsAccess } from '../aws/keys.ts'
import { noKeys, postToAws } from '../aws/post.ts'
import { classify, withoutYes } from '../http/answer.ts'
import { bodyOf, codeIn } from '../http/body.ts'
import type { EmailSettings } from './kind.ts'
import type { Mail } from './message.ts'

/**
 * Sends the message through Amazon SES: one request with the whole message in it, at most 40 MB
 * (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). SES takes a message for all mailboxes or
 * for none, and does not notice a message that is sent twice.
 */
export async function sendBySes(
  settings: EmailSettings,
  { message, to }: Mail,
  { giveUpAt }: Pick<ToSend, 'giveUpAt'>,
  { clock, request, role }: Pick<SendDeps, 'clock' | 'request' | 'role'>,
): Promise<Outcome> {
  const { region = '' } = settings
  const access = awsAccess('email', region, settings, role)
  if (access === undefined) return noKeys(clock.now())
  const raw = { Raw: { Data: message.toString('base64') } }
  // The sender is read from the message.
  const body = JSON.stringify({ Destination: { ToAddresses: to }, Content: raw })
  const headers = { 'content-type': 'application/json' }
  const asked = { service: 'email', region, path: '/v2/email/outbound-emails', headers, body } as const
  const { host, result } = await postToAws(access, asked, giveUpAt, { clock, request })
  return sesOutcome(result, host, clock.now())
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
    return typeof body.MessageId === 'string' ? outcome : withoutYes(host, result.status, 'a MessageId', now)
  }
  const code = codeIn(body.code ?? body.__type ?? result.headers['x-amzn-errortype'])
  const detail = `${host}: status ${result.status}${code === undefined ? '' : ` ${code}`}`
  if (outcome.kind !== 'dead' || code === undefined) return { ...outcome, detail }
  if (QUOTA.test(code)) return { kind: 'refused', at: now, reason: 'rateLimited', detail }
  if (PAUSED.test(code)) return { kind: 'refused', at: now, reason: 'misconfigured', detail }
  return AUTH.test(code) ? { ...outcome, reason: 'authError', detail } : { ...outcome, detail }
}
