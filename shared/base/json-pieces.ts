import { type JsonScan, type ScanListener, type Span, withQuoted } from './json-scan.ts'
import type { JsonObject } from './value.ts'

/*
 * JSON.parse of a large text, piece by piece, as a single call cannot be interrupted. A scan goes over the text. At the
 * first comma behind `PIECE_CHARS`, the text since the last cut is parsed: of each list and object that is open at the
 * comma, the items since then. So a piece is a few tokens longer than `PIECE_CHARS` at most, however the text nests, and
 * a list or object within a single piece is never touched alone.
 */

/** Characters of a piece: a millisecond or two of JSON.parse. */
export const PIECE_CHARS = 64 * 1024

type Items = unknown[] | JsonObject

/** A list or object that is open where the scan is. */
interface Container {
  isList: boolean
  /** Place of the bracket. */
  at: number
  /** The items that are parsed; absent: the text lies within a single piece so far. */
  items?: Items
  /** The begin of the text that is not parsed, and the token before that text. */
  from: number
  after: 'bracket' | 'comma' | 'item'
  comma: number
  /** Commas so far. */
  commas: number
}

export class JsonPieces implements ScanListener {
  readonly #text: string
  readonly #inexact: Span[]
  readonly #parse: (json: string) => unknown
  readonly #mostNames: number
  readonly #pieceChars: number
  readonly #open: Container[] = []
  #parsedTo = 0
  #root: Container['items']
  #problem: unknown
  /** An object has more names than allowed: the parser has stopped. */
  hasTooManyNames = false

  /**
   * `parse` is JSON.parse, or does more with each value. The numbers that the scan found inexact are read as texts, and
   * are taken out of the scan.
   */
  constructor(
    text: string,
    scan: JsonScan,
    parse: (json: string) => unknown,
    mostNames = Number.POSITIVE_INFINITY,
    pieceChars = PIECE_CHARS,
  ) {
    this.#text = text
    this.#inexact = scan.inexact ?? []
    this.#parse = parse
    this.#mostNames = mostNames
    this.#pieceChars = pieceChars
  }

  open(at: number): void {
    this.#open.push({ isList: this.#text[at] === '[', from: at + 1, after: 'bracket', comma: -1, commas: 0, at })
  }

  close(at: number): void {
    const container = this.#open.pop()
    if (container?.items !== undefined) this.#parseTo(at, () => this.#close(container, at))
  }

  comma(at: number): void {
    const top = this.#open.at(-1)
    if (top === undefined) return
    top.comma = at
    if (++top.commas >= this.#mostNames && !top.isList) this.hasTooManyNames = true
    const isBehind = this.#root !== undefined && this.#open[0]!.items === undefined
    if (!isBehind && at - this.#parsedTo >= this.#pieceChars) this.#parseTo(at, () => this.#cut(top, at))
  }

  /** After the scan. Throws as JSON.parse of the whole text would. */
  value(): unknown {
    if (this.#problem !== undefined) throw this.#problem
    const text = this.#text
    if (this.#root === undefined) return this.#parse(withQuoted(text, this.#inexact))
    const top = this.#open.at(-1)
    if (top !== undefined && this.#open[0]!.items !== undefined) {
      this.#enterAll()
      throw this.#errorAt(top, text.length)
    }
    const behind = afterBlanks(text, this.#parsedTo)
    if (behind === text.length) return this.#root
    throw errorOf(`[]${text.slice(this.#parsedTo, behind + 1)}`, this.#parsedTo - 2)
  }

  /** Up to the first problem, which `value` throws: the scan goes on, as a later problem may count more. */
  #parseTo(at: number, step: () => void): void {
    if (this.#problem !== undefined || this.hasTooManyNames) return
    try {
      step()
      this.#parsedTo = at + 1
      this.#inexact.length = 0
    } catch (error) {
      this.#problem = error
    }
  }

  #cut(top: Container, at: number): void {
    this.#enterAll()
    this.#take(top, at)
    goOn(top, at, 'comma')
  }

  #close(container: Container, at: number): void {
    if (this.#text[at] !== (container.isList ? ']' : '}')) throw this.#errorAt(container, at)
    this.#take(container, at)
    const outer = this.#open.at(-1)
    if (outer !== undefined) goOn(outer, at, 'item')
  }

  #enterAll(): void {
    this.#open.forEach((container, depth) => {
      if (container.items === undefined) container.items = this.#enter(this.#open[depth - 1], container)
    })
  }

  /** Parses the text before an inner container, and puts the inner container in its place, still empty. */
  #enter(outer: Container | undefined, { isList, at }: Container): Items {
    const text = this.#text
    const items = isList ? [] : {}
    if (outer === undefined) {
      if (afterBlanks(text, 0) < at) throw errorOf(text.slice(0, at + 1))
      this.#root = items
      return items
    }
    if (outer.comma >= outer.from) {
      this.#take(outer, outer.comma)
      goOn(outer, outer.comma, 'comma')
    }
    const isWrong = outer.after === 'item' || (outer.isList && afterBlanks(text, outer.from) < at)
    if (isWrong) throw this.#errorAt(outer, at)
    if (Array.isArray(outer.items)) outer.items.push(items)
    else {
      const named = this.#attempt(`{${text.slice(outer.from, at)}[]}`, outer, at)
      define(outer.items!, Object.keys(named as JsonObject)[0]!, items)
    }
    return items
  }

  /** Items of a container, up to the comma or bracket at `to`. */
  #take(container: Container, to: number): void {
    const text = this.#text
    if (container.after === 'item') {
      const comma = afterBlanks(text, container.from)
      if (comma >= to) return
      if (text[comma] !== ',') throw this.#errorAt(container, comma)
      goOn(container, comma, 'comma')
    }
    const { isList, items, from } = container
    if (afterBlanks(text, from) >= to) {
      if (container.after === 'bracket' && text[to] !== ',') return
      throw this.#errorAt(container, to)
    }
    const numbers = this.#inexact.filter(([at]) => at >= from && at < to)
    const json = withQuoted(text, numbers, from, to)
    const parsed = this.#attempt(isList ? `[${json}]` : `{${json}}`, container, to)
    if (Array.isArray(items)) for (const item of parsed as unknown[]) items.push(item)
    else for (const [name, value] of Object.entries(parsed as JsonObject)) define(items!, name, value)
  }

  #attempt(json: string, container: Container, to: number): unknown {
    try {
      return this.#parse(json)
    } catch {
      throw this.#errorAt(container, to)
    }
  }

  /** The error of JSON.parse in the text of a container up to `to`, with that place included. */
  #errorAt({ isList, from, after }: Container, to: number): Error {
    const before = BEFORE[after][isList ? 0 : 1]
    return errorOf(before + this.#text.slice(from, to + 1), from - before.length)
  }
}

function goOn(container: Container, at: number, after: Container['after']): void {
  container.from = at + 1
  container.after = after
}

/** Texts that bring the parser to the same state: in a list, in an object. */
const BEFORE = { bracket: ['[', '{'], comma: ['[[],', '{"":[],'], item: ['[[]', '{"":[]'] } as const

/** `shift`: the place of the part in the whole text, where the part begins with other characters than there. */
function errorOf(part: string, shift = 0): Error {
  try {
    JSON.parse(part)
  } catch (error) {
    const message = (error as Error).message.replace(/ at position (\d+).*$/s, (_, at: string) => {
      return ` at position ${Number(at) + shift}`
    })
    return new SyntaxError(message)
  }
  return new SyntaxError('Unexpected end of JSON input')
}

function afterBlanks(text: string, from: number): number {
  NOT_BLANK.lastIndex = from
  return NOT_BLANK.exec(text)?.index ?? text.length
}

const NOT_BLANK = /[^ \t\n\r]/g

/** As JSON.parse does: an own property, whatever its name. */
function define(items: Items, name: string, value: unknown): void {
  if (name !== '__proto__') (items as JsonObject)[name] = value
  else Object.defineProperty(items, name, { value, writable: true, enumerable: true, configurable: true })
}
