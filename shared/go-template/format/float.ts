import { type Flags, pad } from './flags.ts'

/** Decimal digits without a point, and the place of the point from the left: 0.05 is `5` with point -1. */
interface Decimal {
  digits: string
  point: number
}

const VERBS = 'vgGeEfF'

/** A float by the verb; undefined: the verb is not for floats. */
export function formatFloat(value: number, verb: string, flags: Flags): string | undefined {
  if (!VERBS.includes(verb)) return undefined
  const style = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb
  const precision = flags.precision ?? (/[vgG]/.test(verb) ? undefined : 6)
  if (!Number.isFinite(value)) return notFinite(value, flags)
  const negative = value < 0 || Object.is(value, -0)
  const plain = finiteText(Math.abs(value), style, precision)
  const text = flags.sharp ? withPoint(plain, style, flags.precision) : plain
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  const missing = (flags.width ?? 0) - sign.length - text.length
  if (flags.zero && !flags.minus && missing > 0) return sign + '0'.repeat(missing) + text
  return pad(sign + text, { ...flags, zero: false })
}

function notFinite(value: number, flags: Flags): string {
  const sign = value === Number.NEGATIVE_INFINITY ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  const text = Number.isNaN(value) ? `${sign}NaN` : `${sign === '' ? '+' : sign}Inf`
  return pad(text, { ...flags, zero: false })
}

/** strconv.FormatFloat of a number that is not negative; without precision, the shortest text that means the number. */
function finiteText(value: number, style: string, precision: number | undefined): string {
  const lower = style.toLowerCase()
  const shortest = precision === undefined ? shortestDigits(value) : undefined
  if (lower === 'f') return fixed(shortest ?? roundedAt(value, precision!), precision)
  const exponent = style === 'G' || style === 'E' ? 'E' : 'e'
  if (lower === 'e') return scientific(shortest ?? rounded(value, precision! + 1), precision, exponent)
  const most = precision === 0 ? 1 : precision
  const decimal = shortest ?? trimmed(rounded(value, most!))
  const { digits, point } = decimal
  const limit = shortest ? 6 : most! > digits.length && digits.length >= point ? digits.length : most!
  if (value !== 0 && (point - 1 < -4 || point - 1 >= limit)) return scientific(decimal, digits.length - 1, exponent)
  return fixed(decimal, Math.max(digits.length - point, 0))
}

function shortestDigits(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: value === 0 ? 1 : Number(exponent) + 1 }
}

/** Every digit of the number: a float is a whole number times a power of two. */
function exactDigits(value: number): Decimal {
  if (value === 0) return { digits: '0', point: 1 }
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const mantissa = (bits & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n)
  const power = Math.max(biased, 1) - 1075
  if (power >= 0) {
    const digits = (mantissa << BigInt(power)).toString()
    return { digits, point: digits.length }
  }
  const digits = (mantissa * 5n ** BigInt(-power)).toString()
  return { digits, point: digits.length + power }
}

/** The number with so many digits. */
function rounded(value: number, count: number): Decimal {
  return roundDigits(exactDigits(value), count)
}

/** The number with so many digits behind the point. */
function roundedAt(value: number, places: number): Decimal {
  const exact = exactDigits(value)
  return roundDigits(exact, exact.point + places)
}

/** Half goes to the even digit, as everywhere in strconv. */
function roundDigits({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point }
  if (count < 0) return { digits: '0', point: 1 }
  const kept = digits.slice(0, count)
  const rest = digits.slice(count)
  const isHalf = /^50*$/.test(rest)
  const up = isHalf ? Number(kept.at(-1) ?? '0') % 2 === 1 : rest >= '5'
  if (!up) return kept === '' ? { digits: '0', point: 1 } : { digits: kept, point }
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0')
  return { digits: raised, point: point + raised.length - count }
}

function trimmed({ digits, point }: Decimal): Decimal {
  return { digits: digits.replace(/(?<=.)0+$/, ''), point }
}

function fixed({ digits, point }: Decimal, precision: number | undefined): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const behind = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits
  const places = precision ?? (behind === '0' && digits === '0' ? 0 : behind.length)
  return places > 0 ? `${whole}.${behind.slice(0, places).padEnd(places, '0')}` : whole
}

function scientific({ digits, point }: Decimal, precision: number | undefined, letter: string): string {
  const places = precision ?? digits.length - 1
  const fraction = digits.slice(1, places + 1).padEnd(places, '0')
  const exponent = /^0*$/.test(digits) ? 0 : point - 1
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits[0]}${places > 0 ? `.${fraction}` : ''}${letter}${exponent < 0 ? '-' : '+'}${power}`
}

/** The flag `#`: a decimal point always, and with `g` the zeros at the end. */
function withPoint(text: string, style: string, precision: number | undefined): string {
  const [, number = '', exponent = ''] = /^([\d.]+)(.*)$/.exec(text) ?? []
  const pointed = number.includes('.') ? number : `${number}.`
  if (style.toLowerCase() !== 'g') return pointed + exponent
  const significant = pointed.replace('.', '').replace(/^0+/, '').length
  const counted = number === '0' ? 1 : significant
  return pointed + '0'.repeat(Math.max((precision ?? 6) - counted, 0)) + exponent
}
