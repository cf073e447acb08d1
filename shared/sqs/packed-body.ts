import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MESSAGE_BYTES } from '../queue/port.ts'

/*
 * Long bodies on SQS are compressed: each started 64 KiB of what is sent or received is billed as a request. A packed
 * body is a message of its own version, so a function that does not know packed bodies hands the message back, for the
 * functions that are upgraded next.
 */

/** A shorter body would hardly be billed less: ten of these are a request. */
const LEAST_CHARS = 6 * 1024
/** Words of a notification are compressed already, and would not become shorter. */
const WORTH = 0.75

/** Of messages of any kind (`shared/message/message.ts`). A reader of messages sees it only in a damaged message. */
const VERSION = 3
const BEFORE = `{"v":${VERSION},"deflated":"`
const AFTER = '"}'

export function packBody(body: string): string {
  if (body.length < LEAST_CHARS) return body
  const packed = BEFORE + deflateRawSync(body).toString('base64') + AFTER
  return packed.length <= body.length * WORTH ? packed : body
}

/** A body that is not packed, or is damaged, stays as it is. */
export function unpackBody(text: string): string {
  if (!text.startsWith(BEFORE) || !text.endsWith(AFTER)) return text
  const packed = Buffer.from(text.slice(BEFORE.length, -AFTER.length), 'base64')
  try {
    return inflateRawSync(packed, { maxOutputLength: MESSAGE_BYTES }).toString()
  } catch {
    return text
  }
}
