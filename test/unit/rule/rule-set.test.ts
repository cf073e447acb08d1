import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anchorSetsOf } from '../../../shared/rule/anchor.ts'
import { compileRules } from '../../../shared/rule/compile.ts'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'
import type { Rule } from '../../../shared/rule/rule.ts'
import { ruleMatches as plainlyHolds } from '../../reference/sigma/evaluate.ts'
import { ruleOf } from './matches.ts'

function rule(id: string, detection: Record<string, unknown>): Rule {
  return { ...ruleOf(detection), id }
}

describe('a set of rules', () => {
  const set = compileRules([
    rule('never', { selection: { f: 'q' } }),
    rule('negation', { filter: { f: 'a' }, condition: 'not filter' }),
    rule('by-g', { selection: { g: 'b' } }),
    rule('keyword', { selection: ['b'] }),
    rule('by-f', { selection: { f: ['a', 'b'] } }),
  ])
  const ids = (record: unknown): string[] => set.match(record).map(({ id }) => id)

  test('returns the matching rules in the order in which they were given', () => {
    expect(ids({ f: 'b', g: 'b' })).toEqual(['negation', 'by-g', 'keyword', 'by-f'])
  })

  test('forgets the record before', () => {
    expect([ids({ f: 'a', g: 'b' }), ids({ f: 'A' }), ids({}), ids({ f: 'a', g: 'b' })]).toEqual([
      ['by-g', 'keyword', 'by-f'],
      ['by-f'],
      ['negation'],
      ['by-g', 'keyword', 'by-f'],
    ])
  })

  test('returns a rule once, even when a list contains several of its values', () => {
    expect(ids({ f: ['a', 'b', 'A'] })).toEqual(['keyword', 'by-f'])
  })

  test.each([null, undefined, 'a', 7, ['a'], [{ f: 'b' }]])('matches nothing in %j, which is no record', (value) => {
    expect(set.match(value)).toEqual([])
  })

  test('without rules matches nothing', () => {
    expect(compileRules([]).match({ a: 1 })).toEqual([])
  })

  test('goes on after a failing rule, and reports the rule', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}"a"${']'.repeat(20_000)}`)
    const failing = compileRules([
      rule('indexed', { selection: { deep: 'a' } }),
      rule('not indexed', { selection: { 'deep|contains': 'a' } }),
      rule('good', { selection: { g: 'b' } }),
    ])
    const failed: string[] = []
    const found = failing.match({ deep, g: 'b' }, (bad, error) => failed.push(`${bad.id}: ${(error as Error).name}`))
    expect(found.map(({ id }) => id)).toEqual(['good'])
    expect(failed).toEqual(['indexed: RangeError', 'not indexed: RangeError'])
    expect(failing.match({ deep, g: 'b' }).map(({ id }) => id)).toEqual(['good'])
    expect(failing.match({ deep: 'a' }).map(({ id }) => id)).toEqual(['indexed', 'not indexed'])
  })

  test('passes an error of its caller on, and works as before', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(20_000)}"a"${']'.repeat(20_000)}`)
    const failing = compileRules([rule('good', { selection: { g: 'b' } }), rule('bad', { selection: { deep: 'a' } })])
    const giveUp = (): never => {
      throw new Error('given up')
    }
    expect(() => failing.match({ deep, g: 'b' }, giveUp)).toThrow('given up')
    expect(failing.match({ g: 'c' })).toEqual([])
  })

  test('finds values in upper and lower case, also values whose folds have another length', () => {
    const found = compileRules([
      rule('dotted', { selection: { f: 'DİZİ' } }),
      rule('kelvin', { selection: { f: 'k' } }),
    ])
    expect(['DİZİ', 'di̇zi̇', 'K', 'k', 'ki'].map((f) => found.match({ f }).map(({ id }) => id))).toEqual([
      ['dotted'],
      ['dotted'],
      ['kelvin'],
      ['kelvin'],
      [],
    ])
  })

  test('tells values apart that differ in case only', () => {
    const found = compileRules([
      rule('cased', { selection: { 'f|cased': ['A', 'C'] }, condition: 'not selection' }),
      rule('any case', { selection: { f: ['A', 'C'] }, condition: 'not selection' }),
    ])
    expect([found.match({ f: 'a' }).map(({ id }) => id), found.match({ f: 'A' }).map(({ id }) => id)]).toEqual([
      ['cased'],
      [],
    ])
  })

  test('finds a value among thousands, in every shape', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `hash=${(i * 7919).toString(16).padStart(8, '0')}`)
    const found = compileRules([
      rule('equal', { selection: { a: names } }),
      rule('end', { selection: { 'b|endswith': names } }),
      rule('start', { selection: { 'c|startswith': names } }),
      rule('contain', { selection: { 'd|contains': names } }),
      rule('keyword', { selection: names }),
    ])
    const name = names[4_711]!.toUpperCase()
    const one = (record: unknown): string[] => found.match(record).map(({ id }) => id)
    expect(one({ a: name })).toEqual(['equal', 'keyword'])
    expect(one({ b: `x${name}` })).toEqual(['end', 'keyword'])
    expect(one({ c: `${name}x` })).toEqual(['start', 'keyword'])
    expect(one({ d: `x${name}x` })).toEqual(['contain', 'keyword'])
    expect(one({ a: `${name}x`, b: 'x', c: 'y', d: 'hash=' })).toEqual(['keyword'])
    expect(one({ d: `hash=${'hash='.repeat(1_000)}` })).toEqual([])
  })

  test('finds rules among hundreds and thousands with the same value', () => {
    const rules = Array.from({ length: 1_500 }, (_, n) => {
      const of = n % 3 === 0 ? 'some' : 'most'
      return rule(`${n}`, {
        selection: { f: of, g: `${n % 40}` },
        off: { h: `${n % 7}` },
        condition: 'selection and not off',
      })
    })
    const found = compileRules(rules)
    const wanted = (f: string, g: number, h: number): string[] =>
      rules.flatMap(({ id }, n) => ((n % 3 === 0 ? 'some' : 'most') === f && n % 40 === g && n % 7 !== h ? [id] : []))
    for (const f of ['some', 'most', 'none']) {
      for (const [g, h] of [
        [0, 0],
        [39, 6],
        [17, 9],
        [40, 1],
      ] as const) {
        expect(found.match({ f: f.toUpperCase(), g: `${g}`, h: `${h}` }).map(({ id }) => id)).toEqual(wanted(f, g, h))
        expect(found.match({ f: [f], g: [`${g}`], h }).map(({ id }) => id)).toEqual(wanted(f, g, h))
      }
    }
  })

  test('a hostile record of many near misses is fast', () => {
    const needles = Array.from({ length: 1_000 }, (_, i) => `aaaaaaaa${i}b`)
    const found = compileRules([rule('contain', { selection: { 'f|contains': needles } })])
    expect(found.match({ f: 'a'.repeat(100_000) })).toEqual([])
  })
})

describe('anchors', () => {
  test.each<[detection: Record<string, unknown>, expected: string[]]>([
    [{ selection: { f: 'A' } }, ['f=a']],
    [{ selection: { f: ['A', 'b'] } }, ['f=a f=b']],
    [{ selection: { f: 'a', g: 'b' } }, ['f=a', 'g=b']],
    [{ selection: { f: ['a', 'b*'] } }, []],
    [{ selection: { f: ['a', 'Long*b'] } }, ['f=a f~long']],
    [{ selection: { f: ['a', null] } }, []],
    [{ selection: { 'f|contains': 'abc' } }, []],
    [{ selection: { 'f|contains': 'ABCD' } }, ['f~abcd']],
    [{ selection: { 'f|contains|all': ['abcd', 'efgh'] } }, ['f~abcd', 'f~efgh']],
    [{ selection: { 'f|startswith': 'ab?longer*xyz' } }, ['f~longer']],
    [{ selection: { 'f|re': '^x.+:Role/.*$' } }, ['f~:role/']],
    [{ selection: { 'f|re|i': 'long' } }, []],
    [{ selection: { 'f|neq': 'a' } }, []],
    [{ selection: ['a'] }, []],
    [{ selection: ['Long', 'text'] }, ['*~long *~text']],
    [{ selection: { f: 'a' }, filter: { g: 'b' }, condition: 'selection and not filter' }, ['f=a']],
    [{ a: { f: 'a' }, b: { f: 'b', g: 'c' }, condition: 'a or b' }, ['f=a f=b']],
    [{ a: { f: 'a' }, b: { g: 'b' }, condition: 'a or b' }, ['f=a g=b']],
    [{ a: { f: 'a' }, b: { 'g|re': 'b' }, condition: 'a or b' }, []],
    [{ a: { f: 'a' }, b: { 'g|re': 'b' }, condition: 'a and b' }, ['f=a']],
    [{ selection: { 'f|cased': 'A' } }, ['f=a']],
    [{ selection: { f: 7 } }, ['f=7']],
  ])('of %j are %j', (detection, expected) => {
    const ways = anchorSetsOf(ruleOf(detection).detection)
    const texts = ways.map((way) =>
      way.map(({ field, how, text }) => `${field ?? '*'}${how === 'is' ? '=' : '~'}${text}`),
    )
    expect(texts.map((way) => way.join(' '))).toEqual(expected)
  })
})

const word = fc.constantFrom(
  'a',
  'B',
  'ab',
  'Ab',
  'b a',
  '',
  '-a',
  '/b',
  'x-a',
  '1',
  'A\\B',
  'ä',
  '*',
  'a*',
  '*b',
  'a?',
  '\\*',
  'a\\',
)
const fieldName = fc.constantFrom('f', 'g', 'h', 'o.p', 'o.q')
const scalar = fc.oneof(word, fc.constantFrom(1, 0, true, false), fc.constant(null))
const key = fc
  .tuple(
    fieldName,
    fc.constantFrom(
      '',
      '',
      '',
      '|contains',
      '|startswith',
      '|endswith',
      '|contains|all',
      '|neq',
      '|cased',
      '|windash',
      '|windash|contains',
    ),
  )
  .map(([field, modifiers]) => field + modifiers)
const item = fc.oneof(
  fc.tuple(key, fc.oneof(word, fc.array(word, { minLength: 1, maxLength: 3 }))),
  fc.tuple(fieldName, fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))),
  fc.tuple(
    fieldName.map((field) => `${field}|fieldref`),
    fieldName,
  ),
  fc.tuple(
    fieldName.map((field) => `${field}|exists`),
    fc.boolean(),
  ),
  fc.tuple(
    fieldName.map((field) => `${field}|re`),
    fc.constantFrom('a', '^b', 'a.*b', '[ab]$'),
  ),
  fc.tuple(
    fieldName.map((field) => `${field}|gte`),
    fc.constantFrom(0, 1),
  ),
)
const map = fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items))
const detection = fc.oneof(
  map,
  fc.array(map, { minLength: 1, maxLength: 2 }),
  fc.array(word, { minLength: 1, maxLength: 2 }),
)
const condition = fc.constantFrom(
  'd1',
  'd1 and d2',
  'd1 or d2',
  'd1 and not d2',
  'not d1',
  'not d1 and not d2',
  '1 of d* and not d3',
  'all of d*',
  'd1 or d2 and d3',
  'not (d1 or not d2) or d3',
)
const sigma = fc
  .tuple(detection, detection, detection, condition)
  .map(([d1, d2, d3, condition]) => ({ title: 't', detection: { d1, d2, d3, condition } }))
const leaf = fc.oneof(
  fc.constantFrom('a', 'A', 'b', 'ab', 'AB', 'b a', '', '-a', '–A', '/b', 'x/a', '1', 'a\\b', 'Ä', '*', 'a\\x'),
  fc.constantFrom(1, 0, true, null),
)
const value = fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) })
const record = fc.record(
  { f: value, g: value, h: value, o: fc.record({ p: value, q: value }, { requiredKeys: [] }) },
  { requiredKeys: [] },
)

/** Long words and many rules: searches by parts of texts, and by value after value. */
const longWord = fc.constantFrom('Long one', 'long', 'another long', 'two*long', 'ong o', 'LONG ONE', 'a-long')
const longItem = fc.oneof(
  fc.tuple(fc.constantFrom('f', 'g', 'o.p'), longWord),
  fc.tuple(
    fc.constantFrom('f|contains', 'g|endswith', 'f|startswith', 'g|contains|all'),
    fc.array(longWord, { minLength: 1, maxLength: 2 }),
  ),
  fc.tuple(fc.constantFrom('f|re', 'g|re'), fc.constantFrom('long', '^Long.*', 'on[eg] o')),
  fc.tuple(fc.constantFrom('f', 'g|exists'), fc.boolean()),
)
const longMap = fc.array(longItem, { minLength: 1, maxLength: 3 }).map((items) => Object.fromEntries(items))
const longDetection = fc.oneof(
  { weight: 4, arbitrary: longMap },
  { weight: 1, arbitrary: fc.array(longWord, { minLength: 1, maxLength: 2 }) },
)
const longSigma = fc
  .tuple(longDetection, longDetection, fc.constant({ h: 'a' }), condition)
  .map(([d1, d2, d3, condition]) => ({ title: 't', detection: { d1, d2, d3, condition } }))
const longLeaf = fc.constantFrom('Long one', 'long one', 'another long', 'two, and long', 'long', 'a-long', 'x', '')
const longValue = fc.oneof(
  { weight: 4, arbitrary: longLeaf },
  { weight: 1, arbitrary: fc.array(longLeaf, { maxLength: 2 }) },
)
const longRecord = fc.record({ f: longValue, g: longValue, o: fc.record({ p: longValue }) }, { requiredKeys: [] })

test.each([
  ['few', sigma, record, 8, 400],
  ['many', longSigma, longRecord, 80, 50],
] as const)(
  'a set of any %s rules answers what each rule says when it is read plainly',
  (_, sigma, record, most, runs) => {
    fc.assert(
      fc.property(
        fc.array<{ title: string; detection: object }>(sigma, { minLength: most / 8, maxLength: most, size: 'max' }),
        fc.array<unknown>(record, { minLength: 1, maxLength: 8 }),
        (documents, records) => {
          const rules = documents.map((document, index) => {
            const parsed = parseSigmaObject({ ...document, id: `${index}` })
            if (parsed.rules[0] === undefined) throw new Error(JSON.stringify(parsed.problems))
            return parsed.rules[0]
          })
          const set = compileRules(rules)
          for (const one of records) {
            const expected = rules.flatMap(({ id }, index) => (plainlyHolds(documents[index], one) ? [id] : []))
            expect(set.match(one).map(({ id }) => id)).toEqual(expected)
          }
        },
      ),
      { numRuns: runs },
    )
  },
)
