import { createHash, timingSafeEqual } from 'node:crypto'
import { MINUTE, type Millis, SECOND } from '../base/time.ts'
import { signWebhook } from './signature.ts'

/*
 * A forward is signed under a key that both sides have: the token of the integration's URL. The URL alone
 * travels in logs and proxies; whoever has only seen it there could post alerts, but as a forward it would
 * name accounts of others, so the body has to come from somebody who meant it.
 */

/** Of the two clocks. Standard Webhooks leaves the number to the receiver. */
const TOLERANCE_MS = 5 * MINUTE

/** `webhook-signature` of a forward to the integration whose URL ends with the token. */
export function signForward(token: string, id: string, timestampSeconds: number, body: string): string {
  return signWebhook(forwardSecret(token), id, timestampSeconds, body)
}

/** Why the request is not one that the token's holder signed just now; undefined: it is. */
export function forwardProblem(
  token: string,
  header: (name: string) => string | null,
  body: string,
  now: Millis,
): string | undefined {
  const id = header('webhook-id') ?? ''
  const timestamp = header('webhook-timestamp') ?? ''
  const signatures = header('webhook-signature') ?? ''
  if (id === '' || signatures === '')
    return 'a forward has to be signed: webhook-id, webhook-timestamp, webhook-signature'
  if (!/^\d{1,12}$/.test(timestamp)) return 'webhook-timestamp has to be seconds since 1970'
  const seconds = Number(timestamp)
  if (Math.abs(now - seconds * SECOND) > TOLERANCE_MS) return 'webhook-timestamp is more than 5 minutes off'
  const expected = Buffer.from(signForward(token, id, seconds, body))
  // Several are allowed, by blanks, while a key changes. Compared as texts, so nothing can decode to nothing.
  const matches = signatures.split(' ').some((given) => {
    const bytes = Buffer.from(given)
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
  return matches ? undefined : 'webhook-signature does not fit the body'
}

/** In the form of Standard Webhooks; the token itself never becomes a key. */
function forwardSecret(token: string): string {
  return `whsec_${createHash('sha256').update('tocsin forward\n').update(token).digest('base64')}`
}
