import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { jsonSteps, type ParsedJson, parseJson } from '../../../shared/base/json.ts'
import { JsonPieces, PIECE_CHARS } from '../../../shared/base/json-pieces.ts'
import { beginScan, scanOn, withQuoted } from '../../../shared/base/json-scan.ts'

/** In pieces of so few characters that every bracket of a small text is cut somewhere. */
function inPieces(text: string, pieceChars: number): unknown {
  const scan = beginScan(true)
  const pieces = new JsonPieces(text, scan, JSON.parse, undefined, pieceChars)
  while (scan.at < text.length) scanOn(scan, text, scan.at + pieceChars, pieces)
  return pieces.value()
}

function atOnce(text: string): unknown {
  const scan = beginScan(true)
  scanOn(scan, text)
  return JSON.parse(withQuoted(text, scan.inexact!))
}

/** The value with the order of its names, or the error without the piece of text that V8 shows. */
function outcome(parse: () => unknown): string {
  try {
    return JSON.stringify(parse())
  } catch (error) {
    const { message } = error as Error
    return /^Unexpected end|^Unterminated/.test(message) ? 'EOF' : message.replace(/, "?\.{0,3}.*$| \(line.*$/s, '')
  }
}

// Without escapes: V8 of Node 24 reads a few of them wrongly, when names like them came before.
const names = fc.constantFrom('a', 'b', '1', '', '__proto__', ']')
const scalars = fc.constantFrom('1', '-2.5', 'true', 'null', '""', '"a,]}"', '"\\\\"', '"\\"{"', '12345678901234567890')
const blanks = fc.constantFrom('', '', ' ', '\n\t')
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalars,
    fc.array(fc.tuple(blanks, tie('json'), blanks)).map((items) => `[${items.map((item) => item.join('')).join()}]`),
    fc
      .array(fc.tuple(blanks, names, blanks, tie('json'), blanks))
      .map((items) => `{${items.map(([a, name, b, value, c]) => `${a}"${name}"${b}:${value}${c}`).join()}}`),
  ),
}))
const sizes = fc.integer({ min: 1, max: 12 })
/** Where, how much goes away, and what comes instead. */
const edits = fc.tuple(
  fc.nat(),
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom('', ',', ']', '}', '[', '{', '"', ':', '5', 'x', '\\'),
)

describe('a text in pieces', () => {
  test('has the value that JSON.parse gives', () => {
    fc.assert(
      fc.property(json, sizes, (text, size) => {
        expect(outcome(() => inPieces(text, size))).toBe(outcome(() => atOnce(text)))
      }),
      { numRuns: 2000 },
    )
  })

  test('has the error that JSON.parse gives, at its place', () => {
    fc.assert(
      fc.property(json, sizes, edits, (made, size, [at, less, more]) => {
        // Where a number became a text, JSON.parse names another place.
        const valid = made.replaceAll(/\d{20}/g, '1')
        const from = at % (valid.length + 1)
        const text = valid.slice(0, from) + more + valid.slice(from + less)
        expect(outcome(() => inPieces(text, size))).toBe(outcome(() => JSON.parse(text)))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a large body', () => {
  afterEach(() => vi.restoreAllMocks())

  const many = (make: (i: number) => string, size = 1024 * 1024): string => {
    return Array.from({ length: Math.ceil(size / (make(100_000).length + 1)) }, (_, i) => make(i)).join()
  }
  const SHAPES = {
    'a list': `[${many((i) => `{"labels":{"a":"${i}"}}`)}]`,
    'keys of one object': `{${many((i) => `"key-${i}":${i}`)}}`,
    'a list deep inside': `${'{"a":[1,'.repeat(15)}${many(() => '[]')}${']}'.repeat(15)}`,
    'ids above 2^53': `[${many((i) => `1${i}2345678901234567890`)}]`,
    'lone surrogates': `{"a":[${many(() => '"\\ud800"')}]}`,
    // Each list is just too short for a piece, and the next lies inside of it.
    'long beginnings of lists': `${`[${many(() => '"x"', 60_000)},`.repeat(20)}1${']'.repeat(20)}`,
  }
  const BROKEN: Record<string, [text: string, message: string]> = {
    'a wrong end': [`[${many(() => '1')}}`, "expected ',' or ']' after array element in JSON at position 1048576"],
    'no end': [`{"a":[${many(() => '1')}`, 'unexpected EOF'],
    'an early error': [`[1,,${many(() => '1')}]`, "invalid character ','"],
    'a second value': [`[${many(() => '1')}] {}`, 'invalid JSON'],
  }

  /** In how many steps, and the result; no call of JSON.parse may have a longer text than a piece. */
  function read(text: string): { steps: number; parsed: ParsedJson } {
    const parse = vi.spyOn(JSON, 'parse')
    const reading = jsonSteps(Buffer.from(text), { exact: true, replace: true })
    for (let steps = 0; ; steps++) {
      const { done, value } = reading.next()
      if (!done) continue
      expect(Math.max(...parse.mock.calls.map(([part]) => part.length))).toBeLessThan(1.1 * PIECE_CHARS)
      return { steps, parsed: value }
    }
  }

  test.each(Object.entries(SHAPES))('of %s is read in pieces, to the same value', (_shape, text) => {
    const { steps, parsed } = read(text)
    expect(steps).toBeGreaterThanOrEqual(Math.floor(text.length / PIECE_CHARS))
    vi.restoreAllMocks()
    const whole = JSON.stringify(atOnce(text)).replaceAll('\\ud800', '\ufffd')
    expect(parsed.ok && JSON.stringify(parsed.value) === whole).toBe(true)
  })

  test.each(Object.entries(BROKEN))('with %s is refused with its place', (_shape, [text, message]) => {
    expect(read(text).parsed).toEqual({ ok: false, reason: 'syntax', message })
  })

  test('is refused for its depth or number of values before it is refused for its syntax', () => {
    const wrong = `[,${many(() => '1')}`
    expect(parseJson(Buffer.from(`${wrong}${'['.repeat(40)}`))).toMatchObject({ reason: 'too_deep' })
    expect(parseJson(Buffer.from(wrong), { mostValues: 1000 })).toMatchObject({
      message: expect.stringMatching('limit'),
    })
    expect(parseJson(Buffer.from(wrong))).toMatchObject({ message: "invalid character ','" })
  })

  test('of one value needs no piece', () => {
    const text = JSON.stringify('x'.repeat(1024 * 1024))
    expect(parseJson(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) })
    expect(parseJson(Buffer.from(`${' '.repeat(1024 * 1024)}null`))).toEqual({ ok: true, value: null })
  })
})
