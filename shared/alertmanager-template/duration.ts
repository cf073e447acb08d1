import { noFlags } from '../go-template/format/flags.ts'
import { formatFloat } from '../go-template/format/float.ts'
import { TemplateFailure } from '../go-template/syntax/failure.ts'
import { FLOAT, INT, INT64, type Value } from '../go-template/values/go-types.ts'
import { dataOf, isNil, typeOf } from '../go-template/values/value.ts'
import { DURATION } from './time/go-types.ts'

const SMALL_UNITS = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']

/** `humanizeDuration` (facts from github.com/prometheus/common, Apache-2.0): seconds as `1d 2h 3m 4s` or `1.5ms`. */
export function humanizeDuration(value: Value): string {
  const seconds = secondsOf(value)
  if (!Number.isFinite(seconds)) return significant(seconds)
  if (seconds === 0) return `${significant(seconds)}s`
  if (Math.abs(seconds) >= 1) return seconds < 0 ? `-${longText(-seconds)}` : longText(seconds)
  let small = seconds
  let prefix = ''
  for (const unit of SMALL_UNITS) {
    if (Math.abs(small) >= 1) break
    prefix = unit
    small *= 1000
  }
  return `${significant(small)}${prefix}s`
}

function longText(seconds: number): string {
  const whole = Math.trunc(seconds)
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3600) % 24]
  const [minutes, rest] = [Math.floor(whole / 60) % 60, whole % 60]
  if (days > 0) return `${days}d ${hours}h ${minutes}m ${rest}s`
  if (hours > 0) return `${hours}h ${minutes}m ${rest}s`
  return minutes > 0 ? `${minutes}m ${rest}s` : `${significant(seconds)}s`
}

function secondsOf(value: Value): number {
  if (typeof value === 'string') return parsedFloat(value)
  const type = isNil(value) ? undefined : typeOf(value!)
  if (type === FLOAT) return dataOf(value!) as number
  if (type === INT || type === INT64) return Number(dataOf(value!))
  if (type === DURATION) {
    const ns = dataOf(value!) as bigint
    return Number(ns / 1_000_000_000n) + Number(ns % 1_000_000_000n) / 1e9
  }
  throw new TemplateFailure(`can't convert ${type?.name ?? '<nil>'} to float`)
}

/** strconv.ParseFloat, in the forms that people write. */
function parsedFloat(text: string): number {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (word !== null) {
    if (word[2]!.toLowerCase() === 'nan') return Number.NaN
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    const value = Number(text)
    if (Number.isFinite(value)) return value
    throw new TemplateFailure(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`)
  }
  throw new TemplateFailure(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
}

/** `%.4g` */
function significant(value: number): string {
  return formatFloat(value, 'g', { ...noFlags(), precision: 4 })!
}
