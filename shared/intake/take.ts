import { hopOf } from '../account/hop.ts'
import { readBody } from '../base/body.ts'
import { parseJson } from '../base/json.ts'
import type { Millis } from '../base/time.ts'
import { forwardProblem } from '../channels/forward-signature.ts'
import type { Decoded, ReadValue } from '../integrations/integration.ts'
import type { Post, TakeDeps } from './post.ts'
import { unacceptableType, undecodable, unparsable, unsigned } from './refusals.ts'
import { keep, refuse } from './refuse.ts'
import { sendAlerts, sendRecords } from './send.ts'

/**
 * Is it readable, one durable send, answer. A 2xx means that everything which was not named in the answer
 * is in the queue. What the sender repeats after a failure is folded into the same alerts, and records are
 * known by their ids, so a part that did arrive does no harm twice. Undefined: the queue did not take all.
 */
export async function takeBody(deps: TakeDeps, post: Post): Promise<Response | undefined> {
  const { request, format } = post
  const wrongType = unacceptableType(request.headers.get('content-type'), format.anyType)
  if (wrongType) return await refuse(deps, post, wrongType, NOTHING)
  const body = await readBody(request, format.bodyBytes)
  if (!body.ok) return await refuse(deps, post, body, NOTHING)
  const { bytes } = body
  const read = format.read === undefined ? readJson(bytes) : format.read(bytes, request.headers)
  if (!read.ok) return await refuse(deps, post, unparsable(read), bytes)
  const receivedAt = deps.clock.now()
  if (format.signed?.(read.value)) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
    const problem = forwardProblem(post.token ?? '', request.headers, text, receivedAt)
    if (problem !== undefined) return await refuse(deps, post, unsigned(problem), bytes)
  }
  const decoded = format.decode(read.value, {
    receivedAt,
    recoverAfterMs: post.recoverAfterMs,
    self: () => hopOf(deps.secrets, post.account),
    name: post.integration.name,
    ...(post.integration.custom === undefined ? {} : { custom: post.integration.custom }),
  })
  return await store(deps, post, decoded, receivedAt, bytes)
}

async function store(
  deps: TakeDeps,
  post: Post,
  decoded: Decoded,
  receivedAt: Millis,
  bytes: Uint8Array,
): Promise<Response | undefined> {
  if ('refusal' in decoded) return await refuse(deps, post, undecodable(decoded.refusal), bytes)
  const what = 'records' in decoded ? 'records' : 'alerts'
  const stored =
    'records' in decoded
      ? await sendRecords(deps, post, decoded, receivedAt)
      : await sendAlerts(deps, post, decoded, receivedAt)
  if (stored === undefined) return undefined
  const { accepted, invalid } = stored
  if (invalid.length > 0) deps.metrics.add(`tocsin_${what}_invalid_total`, {}, invalid.length)
  if (invalid.length === 0) return post.form.accepted(accepted)
  const reason = invalid.slice(0, KEPT_REASONS).map(({ index, message }) => `[${index}] ${message}`)
  await keep(deps, post, reason.join('\n'), bytes)
  return post.form.invalid(what, invalid, accepted)
}

const NOTHING = new Uint8Array()
/** More would be cut off where they are kept. */
const KEPT_REASONS = 100

function readJson(bytes: Uint8Array): ReadValue {
  return bytes.length === 0 ? { ok: false, reason: 'empty' } : parseJson(bytes)
}
