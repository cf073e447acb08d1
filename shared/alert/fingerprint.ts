import type { Fingerprint } from './alert.ts'
import type { Labels } from './labels.ts'
import { label, sortedNames } from './labels.ts'

/**
 * Alertmanager's identity of a label set: FNV-1a 64 over name, 0xFF, value, 0xFF of every label in order of names
 * (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv; facts from prometheus/alertmanager, Apache-2.0). 0xFF
 * occurs in no UTF-8 text, so no text can shift from a label into the next.
 */
export function fingerprint(labels: Labels): Fingerprint {
  const state: State = { high: OFFSET_HIGH, low: OFFSET_LOW }
  for (const name of sortedNames(labels)) {
    feed(state, name)
    feed(state, label(labels, name))
  }
  return hex16(state.high, state.low)
}

interface State {
  high: number
  low: number
}

/** Both halves as 32-bit integers with a sign, as every later step leaves them. */
const OFFSET_HIGH = 0xcbf29ce4 | 0
const OFFSET_LOW = 0x84222325 | 0
const SEPARATOR = 0xff

/**
 * Every alert passes here, so a byte costs 32-bit integer work only. The prime is 2^40 + 0x1b3, so
 * h × prime = (h << 40) + h × 0x1b3; the carry out of the low word is taken from its 16-bit halves.
 */
function feed(state: State, text: string, isBytes = false): void {
  let high = state.high
  let low = state.low
  const length = text.length
  for (let i = 0; i <= length; i++) {
    const byte = i === length ? SEPARATOR : text.charCodeAt(i)
    // The bytes of other texts, each as a character.
    if (byte > 0x7f && i < length && !isBytes) return feed(state, Buffer.from(text).toString('latin1'), true)
    const mixed = low ^ byte
    const carry = ((mixed >>> 16) * PRIME_LOW + (((mixed & 0xffff) * PRIME_LOW) >>> 16)) >>> 16
    high = (Math.imul(high, PRIME_LOW) + (mixed << 8) + carry) | 0
    low = Math.imul(mixed, PRIME_LOW)
  }
  state.high = high
  state.low = low
}

const PRIME_LOW = 0x1b3

const HASH = Buffer.alloc(8)

/** By way of bytes: `toString(16)` of a number above 2^31 takes eight times as long. */
function hex16(high: number, low: number): string {
  HASH.writeInt32BE(high, 0)
  HASH.writeInt32BE(low, 4)
  return HASH.toString('hex')
}
