import { isGzip, unpack, unpackInPieces } from './gzip.ts'

interface BodyProblem {
  ok: false
  status: 400 | 413 | 415
  code: string
  message: string
}

export type ReadBody = { ok: true; bytes: Uint8Array } | BodyProblem

/**
 * The body, at most `limitBytes` as sent and as decompressed. The only accepted encoding is gzip, and only once: 200
 * MiB of zeros are 329 bytes of brotli. A body that begins as gzip begins is gzip, whether the sender says so or not:
 * no text that Tocsin reads begins so, and files of trails are posted as they are.
 */
export async function readBody(request: Request, limitBytes: number): Promise<ReadBody> {
  const sent = await readSent(request, limitBytes)
  if (!sent.ok || !sent.packed) return sent
  try {
    const bytes = await unpack(sent.bytes, limitBytes)
    return bytes === undefined ? tooLarge(limitBytes) : { ok: true, bytes }
  } catch {
    return brokenGzip('the body is not a whole gzip stream')
  }
}

/** A body that was measured. The pieces can be asked for once; none is larger than PIECE_BYTES. */
export type OpenedBody =
  | BodyProblem
  | { ok: true; bytes: Uint8Array }
  | { ok: true; begin: Uint8Array; pieces: AsyncIterable<Uint8Array> }

/**
 * As `readBody`, for bodies that are larger unpacked than a process should hold: a body of more than `heldBytes` is given
 * out in pieces. A gzip stream is unpacked twice, so a broken or too large stream is refused before the first piece.
 */
export async function openBody(request: Request, limitBytes: number, heldBytes: number): Promise<OpenedBody> {
  const sent = await readSent(request, limitBytes)
  if (!sent.ok) return sent
  const { bytes, packed } = sent
  if (!packed && bytes.length <= heldBytes) return { ok: true, bytes }
  if (!packed) return { ok: true, begin: bytes.subarray(0, heldBytes), pieces: inPieces(bytes) }
  const held: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of unpackInPieces(bytes, PIECE_BYTES)) {
      size += piece.length
      if (size > limitBytes) return tooLarge(limitBytes)
      if (size <= heldBytes + PIECE_BYTES) held.push(piece)
    }
  } catch {
    return brokenGzip('the body is not a whole gzip stream')
  }
  const begin = Buffer.concat(held).subarray(0, heldBytes)
  if (isGzip(begin)) return brokenGzip('the body is packed with gzip twice')
  if (size <= heldBytes) return { ok: true, bytes: begin }
  return { ok: true, begin, pieces: unpackInPieces(bytes, PIECE_BYTES) }
}

const PIECE_BYTES = 64 * 1024

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES)
}

type SentBody = BodyProblem | { ok: true; bytes: Uint8Array; packed: boolean }

async function readSent(request: Request, limitBytes: number): Promise<SentBody> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity' && encoding !== 'gzip') {
    return bodyProblem(
      415,
      'unsupported_encoding',
      `unsupported content encoding ${quote(encoding)}, only [identity,gzip] are allowed`,
    )
  }
  const bytes = await readAtMost(request, limitBytes).catch(cutOff)
  if (bytes === undefined) return tooLarge(limitBytes)
  if (bytes === CUT_OFF) return bodyProblem(400, 'incomplete_body', 'the connection ended before the body was whole')
  return { ok: true, bytes, packed: encoding === 'gzip' || isGzip(bytes) }
}

const CUT_OFF = Symbol('the sender has gone')

/** The sender has gone, or sent no HTTP: no error of this host. */
function cutOff(error: NodeJS.ErrnoException): typeof CUT_OFF {
  if (error.code === 'ECONNRESET') return CUT_OFF
  throw error
}

async function readAtMost(request: Request, limitBytes: number): Promise<Uint8Array | undefined> {
  const stated = request.headers.get('content-length')
  if (stated !== null) {
    if (Number(stated) > limitBytes) return undefined
    // The HTTP parser holds the sender to the stated length.
    const bytes = await request.bytes()
    return bytes.length > limitBytes ? undefined : bytes
  }
  return request.body === null ? new Uint8Array() : await readStream(request.body, limitBytes)
}

/**
 * The part of a body beyond the limit is left unread, not cancelled: cancelling would close the connection before the
 * answer.
 */
async function readStream(body: ReadableStream<Uint8Array>, limitBytes: number): Promise<Uint8Array | undefined> {
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.length
    if (bytes > limitBytes) {
      reader.releaseLock()
      return undefined
    }
    chunks.push(value)
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)
}

function brokenGzip(message: string): BodyProblem {
  return bodyProblem(400, 'invalid_gzip', message)
}

function tooLarge(limitBytes: number): BodyProblem {
  return bodyProblem(413, 'too_large', `the body is larger than ${limitBytes} bytes`)
}

function bodyProblem(status: 400 | 413 | 415, code: string, message: string): BodyProblem {
  return { ok: false, status, code, message }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
