import { expect, test } from 'vitest'
import { parseSigmaObject } from '../../../shared/rule/parse.ts'

const list = (count: number, value: (i: number) => unknown) => Array.from({ length: count }, (_, i) => value(i))

/** Few characters that modifiers, conditions or names multiply. */
const HOSTILE: [name: string, detection: Record<string, unknown>][] = [
  ['forms of flags', { s: { 'f|windash|wide|base64offset|contains': list(500, (i) => `-a -b -c -d ${i}`) } }],
  [
    'conditions',
    {
      ...Object.fromEntries(list(200, (i) => [`s${i}`, { a: i }]) as [string, unknown][]),
      condition: list(400, () => 'all of s*'),
    },
  ],
  [
    'names of many parts',
    { s: Object.fromEntries(list(2_000, (i) => [`f${i}.a.b.c.d.e.f.g`, i]) as [string, unknown][]) },
  ],
  ['values', { s: { f: list(40_000, (i) => `v${i}`) } }],
]

test.each(HOSTILE)('%s: refused with the limit before anything is compiled', (_name, detection) => {
  const { rules, problems, tests } = parseSigmaObject({ title: 't', detection: { condition: 's', ...detection } })
  expect(rules).toEqual([])
  expect(problems.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^limit: the values of the text make more than 60000 tests/),
  )
  // Refused soon after the limit, not after everything was made.
  expect(tests).toBeLessThan(130_000)
})

test('a value of thousands of wildcards is refused', () => {
  const problems = (value: string) =>
    parseSigmaObject({ title: 't', detection: { s: { f: value }, condition: 's' } }).problems
  expect(problems('?*'.repeat(1_001))[0]?.message).toMatch(/^limit: has more than 2000 wildcards/)
  expect(problems('a*'.repeat(500))).toEqual([])
})

test('30,000 values are taken', () => {
  const detection = { s: { f: list(29_999, (i) => `v${i}`) }, condition: 's' }
  expect(parseSigmaObject({ title: 't', detection }).problems).toEqual([])
})
