import { gunzipSync } from 'node:zlib'
import { AS_SENT, parseJson } from '../../shared/base/json.ts'

/** Both limits lie far below the limits of a post. */
const PIECE_CHARS = 1024 * 1024
const PIECE_RECORDS = 1000

/**
 * Gzip is recognised by the first bytes: an object that S3 knows as gzip arrives unpacked. Undefined: the file is
 * broken, or larger than the limit.
 */
export function unpack(object: Uint8Array, limitBytes: number): Uint8Array | undefined {
  if (object[0] !== 0x1f || object[1] !== 0x8b) return object
  try {
    return gunzipSync(object, { maxOutputLength: limitBytes })
  } catch {
    return undefined
  }
}

/**
 * Divides a file into bodies of the size of a post, `{"Records":[…]}`. A file of another form stays whole, and is
 * refused whole.
 */
export function* pieces(file: Uint8Array): Generator<Uint8Array> {
  const parsed = parseJson(file, AS_SENT)
  const records = parsed.ok ? (Object(parsed.value) as { Records?: unknown }).Records : undefined
  if (!Array.isArray(records)) {
    yield file
    return
  }
  let texts: string[] = []
  let chars = 0
  for (const record of records) {
    const text = JSON.stringify(record)
    if (texts.length === PIECE_RECORDS || (texts.length > 0 && chars + text.length > PIECE_CHARS)) {
      yield pieceOf(texts)
      texts = []
      chars = 0
    }
    texts.push(text)
    chars += text.length
  }
  if (texts.length > 0) yield pieceOf(texts)
}

function pieceOf(texts: readonly string[]): Uint8Array {
  return Buffer.from(`{"Records":[${texts.join(',')}]}`)
}
