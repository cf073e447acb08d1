import { quote } from '../text/quote.ts'
import { unquoteCharacter } from '../text/unquote.ts'
import { TemplateFailure } from './failure.ts'
import type { NumberNode } from './nodes.ts'

/** The constant with every type that can hold its value. Throws the problem with a constant that Go refuses. */
export function readConstant(at: number, text: string, kind: 'number' | 'charConstant' | 'complex'): NumberNode {
  if (kind === 'charConstant') return readCharacter(at, text)
  if (kind === 'complex' || text.endsWith('i')) throw new TemplateFailure(`complex numbers are not supported: ${text}`)
  const whole = readInteger(text)
  if (whole !== undefined) {
    const int = whole >= -(2n ** 63n) && whole < 2n ** 63n ? whole : undefined
    const uint = whole >= 0n && whole < 2n ** 64n && (!/^[+-]/.test(text) || whole === 0n) ? whole : undefined
    if (int !== undefined || uint !== undefined) {
      return { kind: 'number', at, text, int, uint, float: Number(int ?? uint) }
    }
  }
  const float = readFloat(text)
  if (float === undefined) throw new TemplateFailure(`illegal number syntax: ${quote(text)}`)
  if (!/[.eEpP]/.test(text)) throw new TemplateFailure(`integer overflow: ${quote(text)}`)
  const asInt = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined
  const asUint = asInt !== undefined && asInt >= 0n ? asInt : undefined
  return { kind: 'number', at, text, int: asInt, uint: asUint, float }
}

function readCharacter(at: number, text: string): NumberNode {
  const one = unquoteCharacter(text, 1, "'")
  if (one === undefined) throw new TemplateFailure('invalid syntax')
  if (text.slice(one.end) !== "'") throw new TemplateFailure(`malformed character constant: ${text}`)
  const code = BigInt(one.code)
  return { kind: 'number', at, text, int: code, uint: code, float: one.code }
}

const UNDERSCORED = /^[+-]?(?:0[xXoObB](?:_?[0-9a-fA-F])+|0?(?:_?\d)*|\d(?:_?\d)*)$/
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/

/** Base prefix 0: strconv.ParseInt(text, 0, 64), without a limit. */
function readInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (digits.includes('_') && !UNDERSCORED.test(digits)) return undefined
  const plain = digits.replaceAll('_', '').toLowerCase()
  const octal = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain
  if (!/^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|0|[1-9]\d*)$/.test(octal)) return undefined
  return sign === '-' ? -BigInt(octal) : BigInt(octal)
}

/** strconv.ParseFloat of a text that the lexer took for a number. Undefined: no number, or out of range. */
function readFloat(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const float = Number(text)
    return Number.isFinite(float) ? float : undefined
  }
  const [, sign, whole = '', fraction = '', exponent] = HEXADECIMAL.exec(text) ?? []
  if (exponent === undefined || whole + fraction === '') return undefined
  const mantissa = Number(BigInt(`0x${whole}${fraction}`))
  const float = mantissa * 2 ** (Number(exponent) - 4 * fraction.length)
  if (!Number.isFinite(float)) return undefined
  return sign === '-' ? -float : float
}
