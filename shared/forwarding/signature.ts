import { createHash, timingSafeEqual } from 'node:crypto'
import { MINUTE, type Millis, SECOND } from '../base/time.ts'
import { signWebhook } from '../channels/http/signature.ts'

/*
 * A forward is signed under a key that sender and receiver have, made of the token in the integration's URL. Every
 * holder of the URL can sign. The signature keeps out a body that was changed on the way (hops and origins are part
 * of the body), and a body that was recorded and sent again later.
 */

/** Largest difference between the two clocks. Standard Webhooks leaves the number to the receiver. */
const TOLERANCE_MS = 5 * MINUTE

/** `webhook-signature` of a forward to the integration with the token in its URL. */
export function signForward(token: string, id: string, timestampSeconds: number, body: string): string {
  return signWebhook(forwardSecret(token), id, timestampSeconds, body)
}

/** The reason why the token's holder did not sign the request just now. Undefined: the signature is valid. */
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
  // Several signatures, separated by blanks, are allowed while a key changes. The signatures are compared as texts,
  // so an undecodable signature cannot equal an empty one.
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
