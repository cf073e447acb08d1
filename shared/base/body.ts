import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

export type ReadBody =
  | { ok: true; bytes: Uint8Array }
  | { ok: false; status: 400 | 413 | 415; code: string; message: string }

/**
 * The body, at most `limitBytes` as sent and as decompressed. The only accepted encoding is gzip, and only once: 200
 * MiB of zeros are 329 bytes of brotli. A body that begins as gzip begins is gzip, whether the sender says so or not:
 * no text that Tocsin reads begins so, and files of trails are posted as they are.
 */
export async function readBody(request: Request, limitBytes: number): Promise<ReadBody> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity' && encoding !== 'gzip') {
    return bodyProblem(
      415,
      'unsupported_encoding',
      `unsupported content encoding ${quote(encoding)}, only [identity,gzip] are allowed`,
    )
  }
  const bytes = await readAtMost(request, limitBytes)
  if (bytes === undefined) return tooLarge(limitBytes)
  return encoding === 'gzip' || beginsAsGzip(bytes) ? await unzip(bytes, limitBytes) : { ok: true, bytes }
}

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
function beginsAsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
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

const unzipAsync = promisify(gunzip)

async function unzip(bytes: Uint8Array, limitBytes: number): Promise<ReadBody> {
  try {
    return { ok: true, bytes: await unzipAsync(bytes, { maxOutputLength: limitBytes }) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(limitBytes)
    return bodyProblem(400, 'invalid_gzip', 'the body is not a whole gzip stream')
  }
}

function tooLarge(limitBytes: number): ReadBody {
  return bodyProblem(413, 'too_large', `the body is larger than ${limitBytes} bytes`)
}

function bodyProblem(status: 400 | 413 | 415, code: string, message: string): ReadBody {
  return { ok: false, status, code, message }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
