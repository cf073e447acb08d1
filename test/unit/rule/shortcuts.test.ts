import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { fold } from '../../../shared/rule/fold.ts'
import { compileNeedles } from '../../../shared/rule/needles.ts'
import { requiredLiteral } from '../../../shared/rule/regex-literal.ts'
import { compileSieve } from '../../../shared/rule/sieve.ts'

/** The shortcut before the real question must never say no where the real answer is yes. */
describe('the literal of an expression', () => {
  test.each([
    ['.+:assumed-role/aws:.+', ':assumed-role/aws:'],
    ['abc', 'abc'],
    ['abc+d', 'ab'],
    ['abc?de', 'ab'],
    ['ab{0,3}cd', 'cd'],
    ['a\\.b\\\\c', 'a.b\\c'],
    ['\\d+abc\\w', 'abc'],
    ['[abc]def', 'def'],
    ['[]abc]def', 'def'],
    ['[^]abc]def', 'def'],
    ['[\\]abc]def', 'def'],
    ['[[:alpha:]xyz]de', 'de'],
    ['^abc$', 'abc'],
    ['abc|d', ''],
    ['(abc|d)ef', 'ef'],
    ['(?:abc)?de', 'de'],
    ['(abc)', ''],
    ['(?i)abc', ''],
    ['a(?i:bcd)e', ''],
    ['\\Qa+\\Eb', ''],
    ['(?P<name>abc)de', 'de'],
    ['x\\x41\\x{42}\\101yz', 'yz'],
    ['\\pLab\\p{Greek}c', 'ab'],
    ['😀+ab', 'ab'],
    ['a😀?', 'a'],
    ['', ''],
  ])('%s: %j', (source, expected) => {
    RE2JS.compile(source)
    expect(requiredLiteral(source)).toBe(expected)
  })

  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '.',
    '\\.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(?:ab)',
    '(a)',
    '|',
    '^',
    '$',
    '\\w',
    '\\x61',
    '😀',
  )
  const repeat = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,1}', '+?')
  const source = fc.array(fc.tuple(piece, repeat), { maxLength: 5 }).map((parts) => parts.flat().join(''))
  const text = fc.array(fc.constantFrom('a', 'b', '.', '😀'), { maxLength: 6 }).map((parts) => parts.join(''))
  test('stands in every matching text', () => {
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        let regex: RE2JS
        try {
          regex = RE2JS.compile(source)
        } catch {
          return
        }
        for (const one of texts) if (regex.test(one)) expect(one).toContain(requiredLiteral(source))
      }),
      { numRuns: 2_000 },
    )
  })
})

const letters = fc.array(fc.constantFrom('a', 'A', 'b', 'B', 'İ', 'i̇', 'K', 'ß', 'ς', 'Σ', '1', ' ', '-'), {
  maxLength: 4,
})
const word = letters.map((parts) => parts.join(''))

describe('the sieve', () => {
  test('passes every text that folds to a value', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), word, (words, one) => {
        expect(compileSieve([...words, one].map(fold))(one)).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  test('stops most other texts', () => {
    const passes = compileSieve(['stoplogging', 'deletetrail'])
    expect(['DescribeInstances', 'GetObject', 'AssumeRole', '', 'StopLogging'].map(passes)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
  })
})

describe('many needles', () => {
  test('are found where a search per needle finds them', () => {
    const needle = fc
      .array(fc.constantFrom('a', 'b', 'c', 'š'), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''))
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'š', 'a'), { maxLength: 30 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(needle, { minLength: 13, maxLength: 30 }), text, (needles, one) => {
        expect(compileNeedles(needles)(one)).toBe(needles.some((each) => one.includes(each)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('include the long needles that this test needs', () => {
    const needles = Array.from({ length: 50 }, (_, i) => `common-${i}-needle`)
    const has = compileNeedles(needles)
    expect([has('xcommon-49-needley'), has('common-50-needle'), has('commo'), has('')]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })
})
