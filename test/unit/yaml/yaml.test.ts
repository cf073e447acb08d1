import { describe, expect, test } from 'vitest'
import { parseAllDocuments, type Scalar } from 'yaml'
import { finish, type Steps } from '../../../shared/base/steps.ts'
import type { YamlError } from '../../../shared/yaml/error.ts'
import { parseYaml } from '../../../shared/yaml/parse.ts'
import { documentValue } from '../../../shared/yaml/value.ts'

interface Read {
  values: unknown[]
  error?: YamlError
  /** The most units of one step, and their sum: how long the event loop is held, and how much work there was. */
  longest: number
  units: number
}

function read(text: string): Read {
  const result: Read = { values: [], longest: 0, units: 0 }
  const steps = valuesOf(text, result)
  for (let step = steps.next(); !step.done; step = steps.next()) {
    result.longest = Math.max(result.longest, step.value)
    result.units += step.value
  }
  return result
}

function* valuesOf(text: string, into: Read): Steps<void> {
  const { documents } = yield* parseYaml(text)
  for (const { root, error } of documents) {
    into.error ??= error
    const value = yield* documentValue(root, (node: Scalar) => node.value)
    if (value.ok) into.values.push(value.value)
    else into.error ??= value.error
  }
}

/** The documents as the package itself reads them; undefined where the package finds an error. */
function expected(text: string): unknown[] | undefined {
  const documents = parseAllDocuments(text, { logLevel: 'silent', merge: true })
  if (!Array.isArray(documents)) return []
  if (documents.some(({ errors }) => errors.length > 0)) return undefined
  return documents.map((document) => document.toJS({ maxAliasCount: -1 }))
}

const SMALL = [
  '',
  '# nothing',
  'a: 1',
  'a: &x {b: [1, 2, "3"]}\nc: *x\nd:\n  <<: *x\n  e: f',
  'a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y], m: 1}\nd: {k: 0, <<: *x}',
  '- 1\n- - 2\n  - 3\n-\n- ~\n- ""',
  '? a\n: b\n? c',
  '[a, b: c, {d: e, f}, "g": h]',
  '"__proto__": 1\nconstructor: {prototype: x}',
  "a: |\n  one\n   two\n\nb: >-\n  three\n  four\nc: \"x\\ty\n  z\"\nd: 'it''s'",
  '--- a\n--- {b: c}\n...\n# end\n---\n- d\n',
  '%YAML 1.2\n---\na: !!str 1\nb: !own x',
  'a: 1 # comment\n# comment\nb: # comment\n  - c # comment\n  # comment\n  - d\n',
  '"a": "#x"\nb: x#y\nc: \'# z\'',
  '1: a\ntrue: b\nnull: c\n1.5: d',
  'a:\n- b\n-  c: d\n   e: f\n- [g,\n   h]',
]
const BROKEN = [
  'a: [',
  'a: 1\na: 2',
  '"a',
  'a: b: c',
  '*x',
  'a: *x',
  '- a\nb',
  '{a: 1, a: 2}',
  '["1" 2]',
  '\tx: y',
  'a: &x [*x]',
]

describe('YAML', () => {
  test.each(SMALL)('%j is read as the package reads it', (text) => {
    expect(read(text)).toMatchObject({ values: expected(text) })
    expect(read(text).error).toBeUndefined()
  })

  test.each(BROKEN)('%j is an error', (text) => {
    expect(read(text).error).toBeDefined()
  })

  test('a large text is read in parts, and means the same', () => {
    const wide = (count: number, entry: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => entry(i)).join('')
    const texts = [
      wide(3_000, (i) => `k${i}: {a: ${i}, b: [x, "y"]} # c\n`),
      `[${wide(3_000, (i) => `{a: ${i}}, b${i}: c, `)}]`,
      `{x: [${wide(3_000, (i) => `[${i}, ~], `)}], "y": {${wide(3_000, (i) => `k${i}: v,\n`)}}}`,
      `a: &a {k: v}\nb:\n${wide(2_000, (i) => `  - {<<: *a, n: ${i}}\n  # c\n  -\n`)}c:\n${wide(2_000, (i) => `  k${i}:\n    - ${i}\n    - |\n      t\n`)}d: e\n`,
      wide(40, (i) => `s${i}:\n${wide(40, (j) => `  m${j}:\n${wide(20, (k) => `    - {a${k}: ${i}}\n`)}`)}`),
      JSON.stringify(Array.from({ length: 2_000 }, (_, i) => ({ i, text: `t "${i}"`, list: [i, null, true] }))),
    ]
    for (const text of texts) {
      const found = read(text)
      expect(found.error).toBeUndefined()
      expect(found.values).toEqual(expected(text))
      expect(found.longest).toBeLessThan(8_000)
    }
  })

  test('an error in a part of a large text has its place', () => {
    const text = `${'a: {b: c}\n'.repeat(0)}${Array.from({ length: 3_000 }, (_, i) => `k${i}: [a, ${i}]\n`).join('')}x: [a, {b: c, b: d}]\n`
    const { error } = read(text)
    expect(error).toMatchObject({ code: 'DUPLICATE_KEY', own: expect.stringContaining('unique') })
    expect(text.slice(error!.offset)).toMatch(/^b: d/)
    const missing = read(text.replace('k1500: [a, 1500]', 'k1500: [a 1500]]'))
    expect(text.slice(0, missing.error!.offset).split('\n')).toHaveLength(1_501)
  })
})

/** Texts on which a reader could spend long. Twice the text may take twice the work, and no step may grow. */
const HOSTILE: [name: string, make: (count: number) => string][] = [
  ['keys', (n) => many(n, (i) => `k${i}: ${i}\n`)],
  ['keys in braces', (n) => `{${many(n, (i) => `k${i}: ${i}, `)}}`],
  ['equal keys', (n) => 'k: 1\n'.repeat(n)],
  ['empty keys', (n) => ': \n'.repeat(n)],
  ['complex keys', (n) => `{${'[a]: 1, '.repeat(n)}}`],
  ['anchors', (n) => many(n, (i) => `- &a${i} ${i}\n`)],
  ['one anchor again and again', (n) => '- &a 1\n- *a\n'.repeat(n)],
  ['aliases', (n) => `a: &a 1\nb:\n${' - *a\n'.repeat(n)}`],
  ['aliases of a large list', (n) => `a: &a [${'x, '.repeat(n)}]\nb:\n${' - *a\n'.repeat(n)}`],
  [
    'aliases of aliases',
    (n) => many(n, (i) => (i === 0 ? 'a0: &a0 [x, x]\n' : `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]\n`)),
  ],
  ['an alias inside of its anchor', (n) => `a: &a [${'*a, '.repeat(n)}]`],
  ['merge keys', (n) => `a: &a {x: 1}\nb:\n${many(n, (i) => ` - {<<: *a, k: ${i}}\n`)}`],
  ['merges into one mapping', (n) => `a: &a {x: 1}\nb:\n${'  <<: *a\n'.repeat(n)}`],
  [
    'merges of a large mapping',
    (n) => `a: &a {${many(n, (i) => `k${i}: 1, `)}}\n${many(n, (i) => `b${i}: {<<: *a}\n`)}`,
  ],
  ['lists in lists', (n) => '['.repeat(n)],
  ['mappings in mappings', (n) => '{a: '.repeat(n)],
  ['lists in lists on one line', (n) => '- '.repeat(n)],
  ['keys in keys', (n) => '? '.repeat(n)],
  ['mappings by indentation', (n) => many(Math.sqrt(n) * 4, (i) => `${' '.repeat(i)}a:\n`)],
  ['colons', (n) => 'a: '.repeat(n)],
  ['no keys', (n) => ': '.repeat(n)],
  ['documents', (n) => '---\n'.repeat(n)],
  ['ends of documents', (n) => '...\n'.repeat(n)],
  ['directives', (n) => `${'%FOO bar\n'.repeat(n)}--- a`],
  ['tags of one value', (n) => `${'!a '.repeat(n)}x`],
  ['anchors of one value', (n) => `${'&a '.repeat(n)}x`],
  ['tags', (n) => many(n, (i) => `- !t${i} x\n`)],
  ['comments', (n) => `${'# x\n'.repeat(n)}a: 1\n${'# x\n'.repeat(n)}b: 2`],
  ['empty lines', (n) => `a: 1\n${'\n'.repeat(n)}b: 2`],
  ['commas', (n) => `[${','.repeat(n)}]`],
  ['commas on lines', (n) => `[${',\n'.repeat(n)}]`],
  ['colons in a list', (n) => `[${': '.repeat(n)}]`],
  ['question marks in a list', (n) => `[${'? '.repeat(n)}]`],
  ['texts without commas', (n) => `[${'"a" '.repeat(n)}]`],
  ['texts in a row', (n) => '"a" "b" '.repeat(n)],
  ['texts without colons', (n) => `{${'"a" "b": '.repeat(n)}}`],
  ['brackets in a row', (n) => '[a] {b} '.repeat(n)],
  ['closing brackets', (n) => many(n, (i) => `k${i}: ]\n`)],
  ['reserved signs', (n) => '- `\n- @\n'.repeat(n)],
  ['keys without values', (n) => many(n, (i) => `k${i}\n`)],
  ['long text', (n) => `a: "${'x\n\n '.repeat(n * 20)}"`],
  ['long block', (n) => `a: >\n${'  x\n\n'.repeat(n * 20)}`],
  ['escapes', (n) => `a: "${'\\n'.repeat(n * 20)}"`],
]

function many(count: number, entry: (i: number) => string): string {
  return Array.from({ length: Math.floor(count) }, (_, i) => entry(i)).join('')
}

describe('hostile YAML', () => {
  test.each(HOSTILE)('%s: work grows with the text, and is never long at a stretch', (_name, make) => {
    const [one, two] = [read(make(2_500)), read(make(5_000))]
    expect(two.units).toBeLessThan(2.3 * one.units + 20_000)
    expect(Math.max(one.longest, two.longest)).toBeLessThan(25_000)
  })

  test('nothing is read beyond what a document may be', () => {
    const code = (name: string, count: number) => read(HOSTILE.find(([known]) => known === name)![1](count)).error?.code
    expect([
      code('lists in lists', 100_000),
      code('lists in lists on one line', 100_000),
      code('aliases of aliases', 40),
      code('an alias inside of its anchor', 1),
      code('aliases of a large list', 2_000),
      code('documents', 100_000),
      code('long text', 20_000),
      code('anchors of one value', 100_000),
    ]).toEqual(['TOO_DEEP', 'TOO_DEEP', 'TOO_LARGE', 'BAD_ALIAS', 'TOO_LARGE', 'TOO_MANY', 'TOO_LONG', 'TOO_MANY'])
  })

  test('finish reads at once what steps read in parts', () => {
    expect(finish(parseYaml('a: [1]')).documents).toHaveLength(1)
  })
})
