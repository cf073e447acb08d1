import { isUtf8 } from 'node:buffer'
import { openBody, readBody } from '../base/body.ts'
import { AS_SENT, type ParsedJson, parseJsonInSlices, SENT } from '../base/json.ts'
import { inSlices, pause } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import { hopOf } from '../forwarding/hop.ts'
import type { Decoded, DecodeRefusal, Inbound, ReadValue, Verification } from '../integrations/integration.ts'
import { decodeBody } from '../integrations/severity.ts'
import { openSealed } from '../settings/sealed.ts'
import type { PostRefusal } from './answer.ts'
import { type RecordPiece, recordPieces } from './pieces.ts'
import type { Post, TakeDeps } from './post.ts'

type DecodedBody = Exclude<Decoded, { refusal: unknown }>

/** `bytes`: the part of the body that was read. */
export type ReadPost =
  | {
      ok: true
      decoded: DecodedBody
      receivedAt: Millis
      order?: Millis
      recoverAfterMs: Millis
      bytes: Uint8Array
      verification: Verification
    }
  | { ok: false; refusal: PostRefusal; bytes: Uint8Array }
  | LargePost

/** A body of records in pieces. `bytes`: the begin of the body. */
export interface LargePost {
  ok: true
  pieces: AsyncIterable<RecordPiece>
  receivedAt: Millis
  order?: Millis
  recoverAfterMs: Millis
  bytes: Uint8Array
}

/** Larger bodies of a format with `inPieces` are read in pieces. */
const HELD_BYTES = 256 * 1024

/**
 * Reads and decodes the body of a post. `requireProof`: a body whose sender has to prove itself and does not is
 * refused; otherwise the verification is only reported. No refusal repeats the token of the URL.
 */
export async function readPost(
  deps: Pick<TakeDeps, 'secrets' | 'clock' | 'orderOf'>,
  post: Omit<Post, 'form'>,
  { requireProof }: { requireProof: boolean },
): Promise<ReadPost> {
  const { request, format, integration, token = '' } = post
  const type = request.headers.get('content-type')
  // Alertmanager looks at the type of a body only: a post without a body is told that the body is missing.
  const wrongType = type === null && request.body === null ? undefined : unacceptableType(type, format.anyType)
  if (wrongType) return { ok: false, refusal: wrongType, bytes: NOTHING }
  // A proof covers the whole body, so a format with proofs is never read in pieces.
  const body = await (format.inPieces && format.verify === undefined
    ? openBody(request, format.bodyBytes, HELD_BYTES)
    : readBody(request, format.bodyBytes))
  if (!body.ok) return { ok: false, refusal: body, bytes: NOTHING }
  const receivedAt = deps.clock.now()
  const ordered = deps.orderOf?.(receivedAt)
  const settings = openSealed(integration.settings, deps.secrets)
  const recoverAfterMs = post.recovery[format.ending(settings)]
  const context = {
    receivedAt,
    recoverAfterMs,
    recoverToldMs: post.recovery.tells,
    self: () => hopOf(deps.secrets, post.account),
    name: integration.name,
  }
  if ('pieces' in body) {
    const pieces = recordPieces(body.pieces, (values) => decodeBody(format, values, context, settings))
    return { ok: true, pieces, receivedAt, ...ordered, recoverAfterMs, bytes: body.begin }
  }
  const { bytes } = body
  const { headers } = request
  const isLarge = bytes.length > LARGE_BYTES
  if (isLarge) await pause()
  const utf8 = inUtf8(bytes, charsetOf(type))
  const read = await (format.read === undefined ? readJson(utf8, format) : format.read(utf8, headers))
  if (!read.ok) return { ok: false, refusal: unreadableBody(format, read), bytes }
  const { value } = read
  const verification = format.verify?.({ bytes, value, headers, token, receivedAt }, settings) ?? { needed: false }
  if (requireProof && verification.needed && verification.problem !== undefined) {
    return { ok: false, refusal: unproven(verification.problem), bytes }
  }
  if (isLarge) await pause()
  const decoded = await inSlices(decodeBody(format, value, context, settings))
  if (isLarge) await pause()
  if ('refusal' in decoded) return { ok: false, refusal: undecodable(decoded.refusal), bytes }
  return { ok: true, decoded, receivedAt, ...ordered, recoverAfterMs, bytes, verification }
}

/** Reading, decoding and sending a larger body takes milliseconds each, so others come first in between. */
const LARGE_BYTES = 256 * 1024
const NOTHING = new Uint8Array()

/** Alertmanager's API refuses numbers in labels, so a number has to stay a number there. */
async function readJson(bytes: Uint8Array, { alertmanagerApi }: Inbound): Promise<ReadValue> {
  if (bytes.length === 0) return { ok: false, reason: 'empty' }
  return parseJsonInSlices(bytes, alertmanagerApi === undefined ? AS_SENT : SENT)
}

/** JSON in a charset that contains ASCII. Parameters of the content type count only when there are any. */
function unacceptableType(header: string | null, anyType: boolean): PostRefusal | undefined {
  if (header === 'application/json') return undefined
  const [type = ''] = (header ?? 'application/octet-stream')
    .toLowerCase()
    .split(';', 1)
    .map((part) => part.trim())
  const charset = charsetOf(header)
  const wrongCharset = charset !== undefined && /^(utf-?(16|32)|ucs-?[24])/.test(charset)
  if ((anyType || type === 'application/json') && !wrongCharset) return undefined
  const shown = JSON.stringify((wrongCharset ? `${type}; charset=${charset}` : type).slice(0, 100))
  const allowed = anyType ? 'UTF-8 and charsets that contain ASCII are' : '[application/json] are'
  return {
    status: 415,
    code: 'unsupported_media_type',
    message: `unsupported media type ${shown}, only ${allowed} allowed`,
  }
}

function charsetOf(header: string | null): string | undefined {
  return header === null ? undefined : /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1]?.toLowerCase()
}

/**
 * JSON is UTF-8, whatever the header says (RFC 8259), and Alertmanager reads no charset. Bytes that are no UTF-8 are
 * read in the charset that the sender names, if this process knows that charset: labels keep their letters.
 */
function inUtf8(bytes: Uint8Array, charset: string | undefined): Uint8Array {
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || isUtf8(bytes)) return bytes
  try {
    return new TextEncoder().encode(new TextDecoder(charset).decode(bytes))
  } catch {
    return bytes
  }
}

type JsonProblem = Extract<ParsedJson, { ok: false }>['reason']

const JSON_CODES: Record<JsonProblem, string> = { utf8: 'invalid_utf8', syntax: 'invalid_json', too_deep: 'too_deep' }

function unreadableBody({ alertmanagerApi }: Inbound, problem: Exclude<ReadValue, { ok: true }>): PostRefusal {
  if (problem.reason === 'empty') {
    const empty = { status: 400, code: 'empty_body', message: 'the body is empty' }
    return { ...empty, alertmanager: alertmanagerApi && asAlertmanager(alertmanagerApi.empty) }
  }
  const { reason, message } = problem
  const alertmanager = alertmanagerApi && asAlertmanager(alertmanagerApi.unreadable(message))
  return { status: 400, code: JSON_CODES[reason], message, alertmanager }
}

function unproven(problem: string): PostRefusal {
  return { status: 401, code: 'invalid_signature', message: problem }
}

export function undecodable(refusal: DecodeRefusal): PostRefusal {
  const { status, body } = refusal
  return { status, code: 'invalid_body', message: body.message, alertmanager: asAlertmanager(refusal) }
}

function asAlertmanager({ status, body }: DecodeRefusal): PostRefusal['alertmanager'] {
  return { status, ...body }
}
