import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { MESSAGE_BYTES } from '../queue/port.ts'

/** Longer words are left to the table: a receiver of ten messages holds ten times as many characters. */
const MOST_CHARS = 256 * 1024

/** A notification, or a list, compressed, as text. Undefined: the words are longer than `mostBytes`. */
export function packWords(words: object, mostBytes: number): string | undefined {
  const json = JSON.stringify(words)
  if (json.length > MOST_CHARS) return undefined
  const packed = deflateRawSync(json)
  return packed.length <= mostBytes ? packed.toString('base64') : undefined
}

/** Undefined: the text was not made by `packWords`. */
export function unpackWords<Words>(text: string): Words | undefined {
  try {
    const json = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MESSAGE_BYTES }).toString()
    return JSON.parse(json) as Words
  } catch {
    return undefined
  }
}
