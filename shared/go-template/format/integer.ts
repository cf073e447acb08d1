import { isPrintable } from '../text/characters.ts'
import { quote } from '../text/quote.ts'
import { type Flags, pad } from './flags.ts'

const BASES: Record<string, number> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }
const UINT64 = 2n ** 64n

/** An integer by the verb; undefined: the verb is not for integers. */
export function formatInteger(value: bigint, verb: string, flags: Flags): string | undefined {
  const base = BASES[verb]
  if (base !== undefined) return inBase(value, base, verb, flags)
  const code = BigInt.asUintN(64, value)
  if (verb === 'c') return pad(character(code), flags)
  if (verb === 'q') return pad(quote(character(code), { mark: "'", ascii: flags.plus }), flags)
  return verb === 'U' ? unicode(code, flags) : undefined
}

function character(code: bigint): string {
  const valid = code <= 0x10ffffn && (code < 0xd800n || code > 0xdfffn)
  return String.fromCodePoint(valid ? Number(code) : 0xfffd)
}

function inBase(value: bigint, base: number, verb: string, flags: Flags): string {
  const { precision, width = 0, plus, space } = flags
  const negative = value < 0n
  // A zero with precision 0 has no digits.
  if (precision === 0 && value === 0n) return pad('', { ...flags, zero: false })
  const digits = (negative ? -value : value).toString(base)
  const signed = negative || plus || space
  const filled = flags.zero && !flags.minus ? width - (signed ? 1 : 0) : 0
  const padded = digits.padStart(precision ?? filled, '0')
  const sign = negative ? '-' : plus ? '+' : space ? ' ' : ''
  const text = sign + prefixOf(padded, base, verb, flags) + padded
  return pad(verb === 'X' ? text.toUpperCase() : text, { ...flags, zero: false })
}

function prefixOf(digits: string, base: number, verb: string, { sharp }: Flags): string {
  if (verb === 'O') return sharp && !digits.startsWith('0') ? '0o0' : '0o'
  if (!sharp || base === 10) return ''
  if (base === 8) return digits.startsWith('0') ? '' : '0'
  return base === 2 ? '0b' : '0x'
}

/** `U+0078`, and with a sharp `U+0078 'x'`. */
function unicode(code: bigint, flags: Flags): string {
  const digits = (code % UINT64).toString(16).toUpperCase()
  const hex = digits.padStart(Math.max(flags.precision ?? 4, 4), '0')
  const shown = flags.sharp && code <= 0x10ffffn ? character(code) : ''
  const known = shown !== '' && isPrintable(shown) ? ` '${shown}'` : ''
  return pad(`U+${hex}${known}`, { ...flags, zero: false })
}
