import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Notification } from '../delivery/delivery.ts'
import { MESSAGE_BYTES } from '../queue/port.ts'

/** Words are seldom compressed to less than this part of their text: longer texts are not even tried. */
const BEST_RATIO = 1 / 32

/** Compressed words, as text. Undefined: the words are longer than `mostBytes`. */
export function packWords(notification: Notification, mostBytes: number): string | undefined {
  const json = JSON.stringify(notification)
  if (json.length * BEST_RATIO > mostBytes) return undefined
  const packed = deflateRawSync(json)
  return packed.length <= mostBytes ? packed.toString('base64') : undefined
}

/** Undefined: the text was not made by `packWords`. */
export function unpackWords(text: string): Notification | undefined {
  try {
    const json = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MESSAGE_BYTES }).toString()
    return JSON.parse(json) as Notification
  } catch {
    return undefined
  }
}
