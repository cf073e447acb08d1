import { createHash, timingSafeEqual } from 'node:crypto'
import { MINUTE, type Millis, SECOND } from '../base/time.ts'
import { signWebhook } from '../channels/http/signature.ts'

/*
 * A forward is signed under a key that both sides have: one made of the token in the integration's URL. Whoever
 * was given the URL can sign; what the signature keeps out is a body that was changed on its way (its hops and
 * origins are part of it), or recorded and sent again later.
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
  headers: Pick<Request['headers'], 'get'>,
  body: string,
  now: Millis,
): string | undefined {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const signatures = headers.get('webhook-signature') ?? ''
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
export function forwardSecret(token: string): string {
  return `whsec_${createHash('sha256').update('tocsin forward\n').update(token).digest('base64')}`
}
