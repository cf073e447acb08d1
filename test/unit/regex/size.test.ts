import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { buildRe2 } from '../../../shared/regex/build.ts'
import { closesEarly, regexSize } from '../../../shared/regex/size.ts'

/** Few characters, much work: by repetitions, by nested repetitions, by classes of Unicode, by folding. */
const HOSTILE = [
  '(a|b|c7){1,900}',
  '((a{10}){10}){11}',
  '(((((x{3}){3}){3}){3}){3}){3}',
  '(.{0,30}){40}',
  'a{1000}b{1000}',
  '(?:(?:ab?){1,33}){1,33}',
  '(|a|b|){400}',
  '(){500}',
  '\\b{1000}^{1000}',
  '(^$){600}',
  '\\pL{1000}',
  '[^\\PL]{900}',
  '(?i)[\\x{100}-\\x{1e900}]',
  '(?i)[a-\\x{1e900}]',
  '(?i:[\\x{100}-\\x{1e900}])',
  '(?im)x[^\\x{250}-\\x{9000}\\x{a000}-\\x{10000}]',
  '\\pL\\pN\\pM\\pS\\pP\\p{Greek}\\p{Han}\\PL\\PN',
  '\\Qabc\\E{1000}d{900}',
  '(?P<n>(?P<m>z{40}){40})',
]

const USUAL = [
  'prod-.*',
  '(api|web|db)-[0-9]+\\.example\\.com:[0-9]+',
  '(?i)crit(ical)?|page',
  '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  '(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}',
  '\\pL{1,30}',
  '.{1,255}',
]

const LIMITS = { chars: 4_096, size: 1_000 }

describe('the size of an expression', () => {
  test('is never less than the program that RE2 makes', () => {
    let tried = 0
    for (const source of [...HOSTILE, ...USUAL, ...madeUp(2_000)]) {
      const program = programSize(source)
      if (program === undefined) continue
      tried++
      expect(regexSize(source), source).toBeGreaterThanOrEqual(program)
    }
    expect(tried).toBeGreaterThan(1_500)
  })

  test.each(HOSTILE)('%s is refused before it is compiled', (source) => {
    expect(buildRe2(source, LIMITS)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^is too large: it has \d+ steps/),
    })
  })

  test.each(USUAL)('%s is taken', (source) => {
    expect(buildRe2(source, LIMITS).ok).toBe(true)
  })

  test('is found in one pass: twice the text is twice the size', () => {
    for (const part of ['(a|b)', '[a-z]{3}', '\\pL', 'x*', '(?:y{2,5}z)+']) {
      const [one, two] = [regexSize(part.repeat(100)), regexSize(part.repeat(200))]
      expect(two / one).toBeCloseTo(2, 1)
    }
  })
})

test('a group that closes early is noticed, outside of classes and quotes', () => {
  const found = ['a)|(b', ')', '(a))', 'a|b', '(a)', '[)]', '\\)', '\\Q)\\E', '[(]a)|(b', '(?i)a)'].filter(closesEarly)
  expect(found).toEqual(['a)|(b', ')', '(a))', '[(]a)|(b', '(?i)a)'])
})

function programSize(source: string): number | undefined {
  try {
    return RE2JS.compile(source).programSize()
  } catch {
    return undefined
  }
}

const ATOMS =
  'a b é . \\d \\pL [a-z] [^\\d\\]x] \\x{1F600} ^ $ \\b (?i) \\Qa+b\\E ab 😀 [[:alpha:]_] \\p{Greek} () (|a) \\101 []a] \\. (?i:k) { a{,3} (?:)'
const REPEATS = '* + ? {3} {2,} {0,7} {1,30} *? {0} {4,4}?'

/** The same expressions at every run. */
function madeUp(count: number): string[] {
  let state = 7
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % limit
  }
  const one = (words: string): string => words.split(' ')[below(words.split(' ').length)]!
  const make = (depth: number): string =>
    Array.from({ length: 1 + below(4) }, () => {
      const atom = depth > 0 && below(3) === 0 ? `${one('( (?: (?P<n>')}${make(depth - 1)})` : one(ATOMS)
      const repeat = atom !== '(?i)' && below(3) === 0 ? one(REPEATS) : ''
      return atom + repeat + (below(5) === 0 ? '|' : '')
    }).join('')
  return Array.from({ length: count }, () => make(3))
}
