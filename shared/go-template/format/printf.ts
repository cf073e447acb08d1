import type { Caller, Value } from '../values/go-types.ts'
import { dataOf, kindOf, typeOf } from '../values/value.ts'
import { noFlags } from './flags.ts'
import { printArgument } from './print.ts'

/** Larger widths and precisions count as mistakes, as in Go. */
const MOST = 1_000_000

const FLAGS: Record<string, 'minus' | 'plus' | 'sharp' | 'space' | 'zero'> = {
  '-': 'minus',
  '+': 'plus',
  '#': 'sharp',
  ' ': 'space',
  '0': 'zero',
}

/** fmt.Sprintf (facts from Go, BSD-3-Clause). */
export function printFormat(format: string, values: readonly Value[], by: Caller): string {
  const state = new Formatting(format, values, by)
  return state.run()
}

class Formatting {
  readonly #format: string
  readonly #values: readonly Value[]
  readonly #by: Caller
  #at = 0
  /** The argument that is next. */
  #argument = 0
  #reordered = false
  #goodIndex = true

  constructor(format: string, values: readonly Value[], by: Caller) {
    this.#format = format
    this.#values = values
    this.#by = by
  }

  run(): string {
    let text = ''
    while (this.#at < this.#format.length) {
      const found = this.#format.indexOf('%', this.#at)
      const end = found < 0 ? this.#format.length : found
      text += this.#format.slice(this.#at, end)
      this.#at = end + 1
      if (found >= 0) text += this.#verb()
      this.#by.made(text)
    }
    return text + this.#extra()
  }

  #verb(): string {
    const flags = noFlags()
    let shown = ''
    this.#goodIndex = true
    for (let flag = FLAGS[this.#peek()]; flag !== undefined; flag = FLAGS[this.#peek()]) {
      flags[flag] = true
      this.#at++
    }
    let indexed = this.#index()
    if (this.#peek() === '*') {
      this.#at++
      flags.width = this.#integer()
      if (flags.width === undefined) shown += '%!(BADWIDTH)'
      else if (flags.width < 0) {
        flags.width = -flags.width
        flags.minus = true
        flags.zero = false
      }
      indexed = false
    } else {
      flags.width = this.#number()
      // `%[3]2d`
      if (indexed && flags.width !== undefined) this.#goodIndex = false
    }
    if (this.#peek() === '.' && this.#at + 1 < this.#format.length) {
      this.#at++
      if (indexed) this.#goodIndex = false
      indexed = this.#index()
      if (this.#peek() === '*') {
        this.#at++
        const precision = this.#integer()
        flags.precision = precision !== undefined && precision >= 0 ? precision : undefined
        if (flags.precision === undefined) shown += '%!(BADPREC)'
        indexed = false
      } else flags.precision = this.#number() ?? 0
    }
    if (!indexed) this.#index()
    const code = this.#format.codePointAt(this.#at)
    if (code === undefined) return `${shown}%!(NOVERB)`
    const verb = String.fromCodePoint(code)
    this.#at += verb.length
    if (verb === '%') return `${shown}%`
    if (!this.#goodIndex) return `${shown}%!${verb}(BADINDEX)`
    if (this.#argument >= this.#values.length) return `${shown}%!${verb}(MISSING)`
    if (verb === 'v') {
      flags.sharpV = flags.sharp
      flags.plusV = flags.plus
      flags.sharp = flags.plus = false
    }
    this.#by.spend(((flags.width ?? 0) + (flags.precision ?? 0)) >> 6)
    return shown + printArgument(this.#values[this.#argument++], verb, flags, this.#by)
  }

  /** `[n]`: the place of the next argument, counted from 1. Whether an index is there. */
  #index(): boolean {
    if (this.#peek() !== '[') return false
    this.#reordered = true
    const close = this.#format.indexOf(']', this.#at + 1)
    if (close < 0) {
      this.#at++
      this.#goodIndex = false
      return false
    }
    const digits = this.#format.slice(this.#at + 1, close)
    this.#at = close + 1
    const place = /^\d{1,7}$/.test(digits) ? Number(digits) - 1 : undefined
    if (place !== undefined && place >= 0 && place < this.#values.length) {
      this.#argument = place
      return true
    }
    this.#goodIndex = false
    return place !== undefined
  }

  #number(): number | undefined {
    const digits = /^\d+/.exec(this.#format.slice(this.#at, this.#at + 20))?.[0]
    if (digits === undefined) return undefined
    if (Number(digits) > 10 * MOST) {
      this.#at = this.#format.length
      return undefined
    }
    this.#at += digits.length
    return Number(digits)
  }

  /** A width or precision among the arguments. */
  #integer(): number | undefined {
    if (this.#argument >= this.#values.length) return undefined
    const value = this.#values[this.#argument++]
    const kind = kindOf(value)
    const number = kind === 'int' || kind === 'uint' ? Number(dataOf(value!)) : Number.NaN
    return Math.abs(number) <= MOST ? number : undefined
  }

  #extra(): string {
    if (this.#reordered || this.#argument >= this.#values.length) return ''
    const shown = this.#values.slice(this.#argument).map((value) => {
      const printed = printArgument(value, 'v', noFlags(), this.#by)
      return printed === '<nil>' && kindOf(value) !== 'string' ? printed : `${typeOf(value!).name}=${printed}`
    })
    return `%!(EXTRA ${shown.join(', ')})`
  }

  #peek(): string {
    return this.#format.charAt(this.#at)
  }
}
