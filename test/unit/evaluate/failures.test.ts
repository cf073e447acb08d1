import { expect, test, vi } from 'vitest'
import { LARGEST_ALERT } from '../../../shared/message/alert-messages.ts'
import type { compileRuleSteps } from '../../../shared/rule/compile.ts'
import type { AccountRule } from '../../../shared/rule-book/entries.ts'
import { bench, message, record, sigma } from './setup.ts'

/** The engine has no failing rule, so this mock makes rules fail by their title. */
vi.mock('../../../shared/rule/compile.ts', async (original) => {
  const real = await original<{ compileRuleSteps: typeof compileRuleSteps }>()
  const compile: typeof compileRuleSteps = function* (rules, reader) {
    const set = yield* real.compileRuleSteps(rules, reader)
    return {
      ...set,
      match: (record, onError) =>
        set.match(record).filter((rule) => {
          if ((rule as AccountRule).rule.title !== 'fails') return true
          onError?.(rule, new Error('out of its mind'))
          return false
        }),
    }
  }
  return { ...real, compileRuleSteps: compile }
})

const RULES = [
  { id: 'broken', sigma: sigma({ title: 'fails' }) },
  { id: 'r', sigma: sigma() },
]

test('a rule that fails on a record is reported once, with the record, and stops no other rule', async () => {
  const here = bench(RULES)
  const records = ['e1', 'e2'].map((id) => record(id))
  for (const id of ['m1', 'm2']) expect(await here.evaluate([message(id, records)])).toEqual({ failed: [] })
  expect(here.messages().map(({ rule }) => rule)).toEqual(['r', 'r'])
  const refused = await here.refused()
  expect(refused).toMatchObject([
    { integration: 'trail', reason: 'rule broken failed on record e1: Error: out of its mind' },
  ])
  expect(JSON.parse(Buffer.from(refused[0]?.body ?? '', 'base64').toString())).toEqual(records[0]?.fields)
})

test('two workers report the same failure as one', async () => {
  const one = bench(RULES)
  const other = bench(RULES, one.table)
  await one.evaluate([message('m1', [record('e1')])])
  await other.evaluate([message('m2', [record('e2')])])
  expect(await one.refused()).toHaveLength(1)
})

test('the next revision reports the failure again', async () => {
  const here = bench(RULES)
  await here.evaluate([message('m1', [record('e1')])])
  here.change(RULES, '2')
  await here.evaluate([message('m2', [record('e1')])])
  expect(await here.refused()).toHaveLength(2)
})

test('a report that cannot be written stops no alert', async () => {
  const here = bench(RULES)
  here.table.put = async () => {
    throw new Error('the table is away')
  }
  expect(await here.evaluate([message('m1', [record('e1')])])).toEqual({ failed: [] })
  expect(here.alerts()).toHaveLength(1)
})

test('a rule of a newer version is reported once, and the other rules are asked', async () => {
  const here = bench([
    { id: 'newer', sigma: { title: 'x', detection: { s: { 'a|unheard': 1 }, condition: 's' } } },
    { id: 'gone', template: 'of/later' },
    { id: 'r', sigma: sigma() },
  ])
  for (const id of ['m1', 'm2']) expect(await here.evaluate([message(id, [record(id)])])).toEqual({ failed: [] })
  expect(here.alerts().map(({ labels }) => labels.rule)).toEqual(['r', 'r'])
  const refused = await here.refused()
  expect(refused.map(({ reason }) => reason).sort()).toEqual([
    'rule gone cannot be read: no template "of/later" is shipped',
    expect.stringMatching(/^rule newer cannot be read: detection\.s\["a\|unheard"\]: /),
  ])
})

test('an alert too large for a message is reported, and its neighbours are sent', async () => {
  const name = 'x'.repeat(LARGEST_ALERT)
  const here = bench([{ id: 'r', sigma: sigma({ tocsin: { groupBy: { n: 'n', [name]: 'seldom' } } }) }])
  const records = [record('e1', { n: 1 }), record('e2', { n: 2, seldom: 'yes' }), record('e3', { n: 3 })]
  expect(await here.evaluate([message('m', records)])).toEqual({ failed: [] })
  expect(here.alerts().map(({ labels }) => labels.n)).toEqual(['1', '3'])
  expect((await here.refused()).map(({ reason }) => reason)).toEqual([
    `rule r raised an alert that is larger than ${LARGEST_ALERT} bytes`,
  ])
})
