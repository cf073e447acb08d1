import { expect, test } from 'vitest'
import { prepareDocument } from '../../../shared/document/prepare.ts'
import type { Problem } from '../../../shared/problem/problem.ts'

/** The problems, and the most units between two pauses. */
function prepared(document: unknown): { problems: Problem[]; longest: number; units: number } {
  let [longest, units] = [0, 0]
  for (const steps = prepareDocument(document); ; ) {
    const step = steps.next()
    if (step.done) return { problems: step.value, longest, units }
    longest = Math.max(longest, step.value)
    units += step.value
  }
}

const policies = (count: number, value: (policy: number, matcher: number) => string) =>
  Array.from({ length: count }, (_, p) => ({
    id: `p${p}`,
    match: Array.from({ length: 20 }, (_, m) => ({ label: 'a', op: '=~', value: value(p, m) })),
  }))

test('lists and mappings have limits, named with their places', () => {
  const list = Array.from({ length: 50_001 }, () => 'x')
  const keys = Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`k${i}`, 1]))
  const deep = Array.from({ length: 102 }).reduce<unknown>((inner) => [inner], 1)
  const values = Array.from({ length: 26 }, () => ({ x: list.slice(0, 10_000) }))
  expect(prepared({ policies: [{ groupBy: list }] }).problems).toEqual([
    { path: 'policies[0].groupBy', message: 'limit: has 50001 entries, at most 50000 are allowed' },
  ])
  expect(prepared({ rules: [{ sigma: { detection: { a: keys } } }] }).problems).toEqual([
    { path: 'rules[0].sigma.detection.a', message: 'limit: has 5001 keys, at most 5000 are allowed' },
  ])
  expect(prepared({ route: deep }).problems[0]?.message).toBe('the document nests too deeply')
  expect(prepared({ rules: values }).problems[0]?.message).toBe('limit: has more than 250000 values')
  expect(prepared({ rules: [{ sigma: { x: list.slice(1), y: list.slice(1) } }] }).problems).toEqual([])
})

test('the expressions of a document have one budget, in each form in which matchers are written', () => {
  const large = (i: number) => `x${i}[a-z]{900}`
  const many = Array.from({ length: 120 }, (_, i) => large(i))
  const refused = [{ path: '', message: 'limit: 100000 steps of regular expressions are allowed in a document' }]
  expect(prepared({ policies: policies(6, (p, m) => large(20 * p + m)) }).problems).toEqual(refused)
  expect(prepared({ inhibitRules: many.map((value) => ({ source_matchers: [`a=~"${value}"`] })) }).problems).toEqual(
    refused,
  )
  expect(prepared({ inhibit_rules: many.map((value) => ({ target_match_re: { a: value } })) }).problems).toEqual(
    refused,
  )
  expect(
    prepared({ route: { routes: many.map((value) => ({ matchers: [`{a=~"${value}",b="c"}`] })) } }).problems,
  ).toEqual(refused)
  expect(prepared({ route: { routes: many.map((value) => ({ match_re: { a: value } })) } }).problems).toEqual(refused)
  expect(prepared({ policies: policies(500, (p, m) => `prod-${p}-${m}.*`) }).problems).toEqual([])
})

test('the expressions of all rules have one budget', () => {
  const sigma = (i: number) => ({
    title: 't',
    detection: { s: { 'f|re': [`x${i}[a-z]{900}`, `y${i}[a-z]{900}`] }, condition: 's' },
  })
  const rules = Array.from({ length: 120 }, (_, i) => ({ id: `r${i}`, sigma: sigma(i) }))
  expect(prepared({ rules }).problems).toEqual([
    { path: 'rules', message: 'limit: 200000 steps of regular expressions are allowed in all rules' },
  ])
  expect(prepared({ rules: rules.slice(0, 100) }).problems).toEqual([])
})

test('no stretch grows with the document', () => {
  const rules = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      sigma: `title: t\nid: r${from + i}\ndetection:\n  s: {eventName: [${`Event${from + i}, `.repeat(60)}]}\n  condition: s\n`,
    }))
  const [one, two] = [prepared({ rules: rules(200, 0) }), prepared({ rules: rules(400, 1_000) })]
  expect(two.units / one.units).toBeLessThan(2.2)
  expect(Math.max(one.longest, two.longest)).toBeLessThan(8_000)
  const again = prepared({ rules: rules(400, 1_000) })
  expect(again.units).toBeLessThan(two.units / 2)
  const matchers = prepared({ policies: policies(200, (p, m) => `x${p}-${m}[0-9]`) })
  expect(matchers.longest).toBeLessThan(8_000)
})
