import { readBody } from '../base/body.ts'
import { parseJson } from '../base/json.ts'
import type { Millis } from '../base/time.ts'
import { hopOf } from '../forwarding/hop.ts'
import { forwardProblem } from '../forwarding/signature.ts'
import type { Decoded, ReadValue } from '../integrations/integration.ts'
import { decodeBody } from '../integrations/severity.ts'
import type { Refusal } from './answer.ts'
import type { Post, TakeDeps } from './post.ts'
import { unacceptableType, undecodable, unparsable, unsigned } from './refusals.ts'

export type Readable = Exclude<Decoded, { refusal: unknown }>

/** `bytes`: as far as the body was read. */
export type ReadPost =
  | { ok: true; decoded: Readable; receivedAt: Millis; bytes: Uint8Array; signed: boolean }
  | { ok: false; refusal: Refusal; bytes: Uint8Array }

/** What a body says. `signatures`: whether those of what has to be signed are looked at. */
export async function readPost(
  deps: Pick<TakeDeps, 'secrets' | 'clock'>,
  post: Omit<Post, 'form'>,
  { signatures }: { signatures: boolean },
): Promise<ReadPost> {
  const { request, format } = post
  const wrongType = unacceptableType(request.headers.get('content-type'), format.anyType)
  if (wrongType) return { ok: false, refusal: wrongType, bytes: NOTHING }
  const body = await readBody(request, format.bodyBytes)
  if (!body.ok) return { ok: false, refusal: body, bytes: NOTHING }
  const { bytes } = body
  const read = format.read === undefined ? readJson(bytes) : format.read(bytes, request.headers)
  if (!read.ok) return { ok: false, refusal: unparsable(read), bytes }
  const receivedAt = deps.clock.now()
  const signed = format.signed?.(read.value) ?? false
  if (signed && signatures) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
    const problem = forwardProblem(post.token ?? '', request.headers, text, receivedAt)
    if (problem !== undefined) return { ok: false, refusal: unsigned(problem), bytes }
  }
  const { name, severityMap, custom } = post.integration
  const decoded = decodeBody(format, read.value, {
    receivedAt,
    recoverAfterMs: post.recoverAfterMs,
    self: () => hopOf(deps.secrets, post.account),
    name,
    ...(severityMap === undefined ? {} : { severityMap }),
    ...(custom === undefined ? {} : { custom }),
  })
  if ('refusal' in decoded) return { ok: false, refusal: undecodable(decoded.refusal), bytes }
  return { ok: true, decoded, receivedAt, bytes, signed }
}

const NOTHING = new Uint8Array()

function readJson(bytes: Uint8Array): ReadValue {
  return bytes.length === 0 ? { ok: false, reason: 'empty' } : parseJson(bytes)
}
