import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventCountMatches } from '../../reference/sigma/event-count.ts'
import { memoryTable } from '../../sim/table.ts'
import { bench, clock, message, type Rules, record, sigma } from './setup.ts'

const correlation = (more: object, about: object = {}) => ({
  title: 'Many failed sign-ins',
  level: 'medium',
  ...about,
  correlation: { type: 'event_count', rules: ['logins'], 'group-by': ['user'], timespan: '10m', ...more },
})

/** `logins` counts only and raises no alert, because the rule is in the same entry as its correlation. */
function counted(more: object, about: object = {}): Rules {
  const documents = [sigma({ name: 'logins', id: 'logins' }), correlation(more, about)]
  return [{ id: 'many', sigma: documents.map((document) => JSON.stringify(document)).join('\n---\n') }]
}

const by = (user: string, id: string, minute = 0, more: object = {}) => record(id, { user, ...more }, minute)

describe('event_count', () => {
  const rules = counted({ condition: { gte: 3 } })

  test('raises at the threshold within the timespan, separately for every group', async () => {
    const here = bench(rules)
    await here.evaluate([message('m1', [by('ann', 'e1', -9), by('bob', 'e2', -8), by('ann', 'e3', -20)])])
    await here.evaluate([message('m2', [by('ann', 'e4', -1), by('bob', 'e5')])])
    expect(here.sent).toEqual([])
    await here.evaluate([message('m3', [by('ann', 'e6')])])
    expect(here.messages()).toMatchObject([
      {
        rule: 'many',
        alerts: [{ labels: { alertname: 'Many failed sign-ins', rule: 'many', severity: 'medium', user: 'ann' } }],
      },
    ])
    expect(here.alerts()[0]?.annotations).toMatchObject({ eventId: 'e6' })
  })

  test('counts copies of an event once: in a message, in several messages, in another form', async () => {
    const here = bench(rules)
    const copies = [by('ann', 'e1'), by('ann', 'e1'), by('ann', 'e1', 0, { more: 'of it' })]
    for (const id of ['m1', 'm2', 'm3']) await here.evaluate([message(id, copies)])
    expect(here.sent).toEqual([])
  })

  test('raises again for a message that comes again, since the alert may not have been sent', async () => {
    let away = true
    const here = bench(rules, memoryTable(clock), async (messages) => ({
      failed: away ? messages.map((_, i) => i) : [],
    }))
    const last = message('m2', [by('ann', 'e3')])
    await here.evaluate([message('m1', [by('ann', 'e1'), by('ann', 'e2')])])
    expect(await here.evaluate([last])).toEqual({ failed: ['m2'] })
    away = false
    expect(await here.evaluate([last])).toEqual({ failed: [] })
    expect(here.alerts()).toHaveLength(1)
  })

  test('a message whose window cannot be written comes again, and does not delay other messages', async () => {
    const here = bench([...rules, { id: 'each', sigma: sigma({ detection: { s: { user: 'bob' }, condition: 's' } }) }])
    const { put } = here.table
    here.table.put = async () => {
      throw new Error('the table is away')
    }
    const both = [message('m1', [by('ann', 'e1')]), message('m2', [record('x', { user: 'bob', eventName: 'Other' })])]
    expect(await here.evaluate(both)).toEqual({ failed: ['m1'] })
    expect(here.alerts().map(({ labels }) => labels.rule)).toEqual(['each'])
    here.table.put = put
    expect(await here.evaluate(both.slice(0, 1))).toEqual({ failed: [] })
  })

  test('a changed rule counts anew; a rule goes on counting while other rules change', async () => {
    const here = bench(rules)
    await here.evaluate([message('m1', [by('ann', 'e1'), by('ann', 'e2')])])
    here.change([{ id: 'other', sigma: sigma({ title: 'other' }), enabled: false }, ...rules], '2')
    await here.evaluate([message('m2', [by('ann', 'e3')])])
    expect(here.alerts()).toHaveLength(1)
    here.change(counted({ condition: { gte: 2 } }), '3')
    await here.evaluate([message('m3', [by('ann', 'e4')])])
    expect(here.alerts()).toHaveLength(1)
  })

  test.each([undefined, null, '', []])('a record whose group field is %o is not counted', async (user) => {
    const here = bench(rules)
    const nobody = ['e1', 'e2', 'e3', 'e4'].map((id) => record(id, { user }))
    await here.evaluate([message('m1', [...nobody, by('ann', 'e5'), by('ann', 'e6')])])
    expect(here.sent).toEqual([])
    await here.evaluate([message('m2', [by('ann', 'e7')])])
    expect(here.alerts().map(({ labels }) => labels.user)).toEqual(['ann'])
  })

  const shown = (groupBy: unknown, more: object = {}) =>
    counted({ condition: { gte: 3 }, ...more }, { tocsin: { groupBy } })

  test('counts by what the labels say, not only by the first field', async () => {
    const here = bench(shown({ who: ['key', 'user'] }, { 'group-by': ['key'] }))
    await here.evaluate([
      message(
        'm1',
        ['ann', 'bob', 'cem', 'dan'].map((user) => by(user, user)),
      ),
    ])
    expect(here.sent).toEqual([])
    await here.evaluate([
      message(
        'm2',
        ['e1', 'e2'].map((id) => by('ann', id)),
      ),
    ])
    expect(here.alerts().map(({ labels }) => labels.who)).toEqual(['ann'])
  })

  test('a label that group-by does not ask for divides the counts, and may be without a value', async () => {
    const here = bench(shown({ user: 'user', ip: 'ip' }))
    await here.evaluate([
      message(
        'm1',
        ['1', '2', '3'].map((ip) => by('ann', ip, 0, { ip })),
      ),
    ])
    expect(here.sent).toEqual([])
    await here.evaluate([
      message(
        'm2',
        ['e1', 'e2', 'e3'].map((id) => by('ann', id)),
      ),
    ])
    expect(here.alerts().map(({ labels: { user, ip } }) => [user, ip])).toEqual([['ann', undefined]])
  })

  test('a field of group-by that no label shows divides the counts', async () => {
    const here = bench(shown({ user: 'user' }, { 'group-by': ['user', 'ip'] }))
    await here.evaluate([
      message(
        'm1',
        ['1', '2', '3'].map((ip) => by('ann', ip, 0, { ip })),
      ),
    ])
    expect(here.sent).toEqual([])
    await here.evaluate([
      message(
        'm2',
        ['e1', 'e2'].map((id) => by('ann', id, 0, { ip: '2' })),
      ),
    ])
    expect(here.alerts().map(({ labels: { user, ip } }) => [user, ip])).toEqual([['ann', undefined]])
  })

  test('a correlation of a correlation counts the things for which the counted one matched', async () => {
    const inner = correlation({ 'group-by': ['things'], condition: { gte: 2 } }, { name: 'inner' })
    const outer = correlation({ rules: ['inner'], 'group-by': ['things'], condition: { gte: 2 } }, { title: 'Outer' })
    const documents = [sigma({ name: 'logins', id: 'logins' }), inner, outer]
    const here = bench([{ id: 'many', sigma: documents.map((document) => JSON.stringify(document)).join('\n---\n') }])
    const names = (id: string, ...things: string[]) => record(id, { things })
    const told = () => here.alerts().map(({ labels }) => [labels.alertname, labels.things])
    await here.evaluate([message('m1', [names('e1', 'a'), names('e2', 'a', 'b')])])
    expect(told()).toEqual([['Outer', 'a']])
    await here.evaluate([message('m2', [names('e3', 'b')])])
    expect(told()).toEqual([['Outer', 'a']])
    await here.evaluate([message('m3', [names('e4', 'b')])])
    expect(told()).toEqual([
      ['Outer', 'a'],
      ['Outer', 'b'],
    ])
  })

  test('a list counts for value_count by its elements', async () => {
    const here = bench(counted({ type: 'value_count', condition: { field: 'roles', gte: 3 } }))
    await here.evaluate([
      message('m1', [by('ann', 'e1', -1, { roles: ['a', 'b'] }), by('bob', 'e2', 0, { roles: ['c'] })]),
    ])
    expect(here.sent).toEqual([])
    await here.evaluate([message('m2', [by('ann', 'e3', 0, { roles: ['b', 'c'] })])])
    expect(here.alerts().map(({ labels }) => labels.user)).toEqual(['ann'])
  })

  test('a temporal correlation may ask for rules that did not match', async () => {
    const login = sigma({ name: 'logins', id: 'logins' })
    const mfa = sigma({ name: 'mfa', id: 'mfa', detection: { s: { eventName: 'CheckMfa' }, condition: 's' } })
    const rule = correlation({ type: 'temporal', rules: ['logins', 'mfa'], condition: 'logins and not mfa' })
    const text = [login, mfa, rule].map((document) => JSON.stringify(document)).join('\n---\n')
    const here = bench([{ id: 'many', sigma: text }])
    await here.evaluate([
      message('m1', [by('ann', 'e1', -5, { eventName: 'CheckMfa' }), by('ann', 'e2'), by('bob', 'e3')]),
    ])
    expect(here.alerts().map(({ labels }) => labels.user)).toEqual(['bob'])
  })

  test('without group-by every label has to have a value', async () => {
    const here = bench(shown({ who: ['user'] }, { 'group-by': undefined }))
    await here.evaluate([
      message(
        'm1',
        ['e1', 'e2', 'e3'].map((id) => record(id)),
      ),
    ])
    expect(here.sent).toEqual([])
  })

  test('a record that names several things counts for each of them', async () => {
    const here = bench(shown({ thing: 'things' }, { 'group-by': ['things'] }))
    const names = (id: string, ...things: string[]) => record(id, { things })
    await here.evaluate([message('m1', [names('e1', 'a', 'b'), names('e2', 'b', 'c'), names('e3', 'b', 'a')])])
    expect(here.alerts().map(({ labels }) => labels.thing)).toEqual(['b'])
    await here.evaluate([message('m2', [names('e4', 'a', 'c', 'd')])])
    expect(here.alerts().map(({ labels }) => labels.thing)).toEqual(['b', 'a'])
  })

  test('does not count records of another account', async () => {
    const here = bench(rules)
    await here.evaluate([message('m1', [by('ann', 'e1'), by('ann', 'e2')])])
    await here.evaluate([message('m2', [by('ann', 'e3')], { account: 'b' })])
    expect(here.sent).toEqual([])
  })
})

test('value_count counts different values, and leaves out records without a value', async () => {
  const here = bench(counted({ type: 'value_count', condition: { field: 'sourceIPAddress', gte: 3 } }))
  const from = (id: string, ip?: string) => by('ann', id, 0, ip === undefined ? {} : { sourceIPAddress: ip })
  await here.evaluate([message('m1', [from('e1', '1'), from('e2', '1'), from('e3', '2'), from('e4'), from('e5')])])
  expect(here.sent).toEqual([])
  await here.evaluate([message('m2', [from('e6', '3')])])
  expect(here.alerts()).toHaveLength(1)
})

test('temporal needs every rule, and an alias per rule names the group', async () => {
  const other = sigma({ name: 'keys', id: 'keys', detection: { s: { eventName: 'CreateAccessKey' }, condition: 's' } })
  const both = correlation({
    ...{ type: 'temporal', rules: ['logins', 'keys'], 'group-by': ['who'] },
    aliases: { who: { logins: 'user', keys: 'creator' } },
  })
  const here = bench([
    { id: 'login', sigma: sigma({ name: 'logins', id: 'logins' }), enabled: true },
    { id: 'keys', sigma: other },
    { id: 'both', sigma: both },
  ])
  const key = (creator: string, id: string) => record(id, { creator, eventName: 'CreateAccessKey' })
  await here.evaluate([message('m1', [by('ann', 'e1'), by('ann', 'e2'), key('bob', 'e3')])])
  const raised = () => here.messages().map(({ rule, alerts }) => [rule, ...alerts.map(({ labels }) => labels.who)])
  expect(raised().filter(([rule]) => rule === 'both')).toEqual([])
  await here.evaluate([message('m2', [key('ann', 'e4')])])
  expect(raised().filter(([rule]) => rule === 'both')).toEqual([['both', 'ann']])
  expect(raised().filter(([rule]) => rule === 'keys')).toHaveLength(2)
})

test('a correlation counts the matches of another correlation', async () => {
  const documents = [
    sigma({ name: 'logins', id: 'logins' }),
    correlation({ condition: { gte: 2 } }, { name: 'pairs', title: 'Pairs' }),
    correlation({ rules: ['pairs'], 'group-by': [], condition: { gte: 2 } }, { title: 'Pairs of pairs' }),
  ]
  const here = bench([{ id: 'nested', sigma: documents.map((one) => JSON.stringify(one)).join('\n---\n') }])
  await here.evaluate([message('m1', [by('ann', 'e1'), by('ann', 'e2')])])
  await here.evaluate([message('m2', [by('bob', 'e3'), by('bob', 'e4')])])
  expect(new Set(here.alerts().map(({ labels }) => labels.alertname))).toEqual(new Set(['Pairs of pairs']))
})

test('random order, copies and batches: evaluate raises the same alerts as the plain evaluator', async () => {
  const event = fc.record({ minute: fc.integer({ min: 0, max: 45 }), user: fc.constantFrom('ann', 'bob', 'eve') })
  const events = fc.array(event, { maxLength: 25 }).map((all) => all.map((one, n) => by(one.user, `e${n}`, one.minute)))
  const arrivals = events.chain((all) =>
    fc.record({
      all: fc.constant(all),
      batches: fc
        .shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 })
        .chain((shuffled) =>
          fc
            .array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 })
            .map((sizes) => cut(shuffled, sizes)),
        ),
    }),
  )
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 2, max: 4 }), async ({ all, batches }, enough) => {
      const here = bench(counted({ condition: { gte: enough } }))
      for (const [n, batch] of batches.entries()) await here.evaluate([message(`m${n}`, batch)])
      const documents = [sigma({ name: 'logins', id: 'logins' }), correlation({ condition: { gte: enough } })]
      const plain = ['ann', 'bob', 'eve'].filter((user) =>
        eventCountMatches(
          documents,
          all.flatMap(({ time, fields }) => (fields.user === user ? [{ time, record: fields }] : [])),
        ),
      )
      expect([...new Set(here.alerts().map(({ labels }) => labels.user))].sort()).toEqual(plain)
    }),
    { numRuns: 60 },
  )
})

function cut<T>(things: readonly T[], sizes: readonly number[]): T[][] {
  const parts: T[][] = []
  for (let from = 0, n = 0; from < things.length; n++) {
    const to = from + (sizes[n] ?? 1)
    parts.push(things.slice(from, to))
    from = to
  }
  return parts
}
