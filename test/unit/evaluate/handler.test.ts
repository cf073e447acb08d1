import { describe, expect, test } from 'vitest'
import { createEvaluate } from '../../../functions/evaluate/handler.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { defaultConfig } from '../../../shared/config/sections.ts'
import { MESSAGE_BYTES } from '../../../shared/queue/port.ts'
import { compileConfig } from '../../../shared/routing/compile.ts'
import { readHours, readStatistics, ruleCounts } from '../../../shared/store/statistics.ts'
import { memoryTable } from '../../sim/table.ts'
import { variants } from '../message/variants.ts'
import { bench, clock, MINUTE, message, NOW, record, sigma } from './setup.ts'

const alice = { userIdentity: { type: 'IAMUser', userName: 'alice', accountId: '42' }, sourceIPAddress: '192.0.2.1' }
const byUser = { groupBy: { user: ['userIdentity.missing', 'userIdentity.userName'] } }

describe('a rule that matches', () => {
  test('raises an alert with its title, its entry, its level and its group-by fields', async () => {
    const here = bench([{ id: 'logins', sigma: sigma({ tocsin: byUser, author: 'Somebody', description: 'Look.' }) }])
    const from = message('m', [record('e1', { ...alice, awsRegion: 'eu-west-1' }, -3)], { receivedAt: NOW - 5 })
    expect(await here.evaluate([from])).toEqual({ failed: [] })
    expect(here.messages()).toEqual([
      {
        ...{ v: 1, kind: 'alerts', account: 'a', integration: 'trail', receivedAt: NOW - 5, recoverAfterMs: 300_000 },
        rule: 'logins',
        alerts: [
          {
            labels: { alertname: 'Console sign-in', rule: 'logins', severity: 'high', user: 'alice' },
            annotations: {
              author: 'Somebody',
              cloudAccount: '42',
              description: 'Look.',
              eventId: 'e1',
              eventName: 'ConsoleLogin',
              eventTime: '2026-11-21T11:57:00.000Z',
              region: 'eu-west-1',
              sourceIp: '192.0.2.1',
              user: 'alice',
              userType: 'IAMUser',
            },
            startsAt: NOW - 3 * MINUTE,
          },
        ],
      },
    ])
    expect(here.sent.map(({ account }) => account)).toEqual(['a'])
  })

  test('is shown with the time of its last match, once for a message that comes again', async () => {
    const here = bench([{ id: 'logins', sigma: sigma({ tocsin: byUser }) }])
    const from = message('m', [record('e1', alice, -3)], { receivedAt: NOW - 5 })
    for (const receives of [1, 2]) await here.evaluate([{ ...from, receives }])
    const name = ruleCounts('logins')
    expect((await readStatistics(here.table, 'a', name, NOW)).lastSeenAt).toBe(NOW - 5)
    const hours = await readHours(here.table, 'a', 'logins', NOW)
    expect(hours.slice(-2).reduce((sum, count) => sum + count, 0)).toBe(1)
  })

  test('makes of several records an alert per label set, with the first start and the facts of the last record', async () => {
    const here = bench([{ id: 'logins', sigma: sigma({ tocsin: byUser }) }])
    const bob = { userIdentity: { userName: 'bob' } }
    await here.evaluate([message('m', [record('e2', alice, -1), record('e1', alice, -9), record('e3', bob)])])
    expect(
      here.alerts().map(({ labels, startsAt, annotations }) => [labels.user, startsAt, annotations.eventId]),
    ).toEqual([
      ['alice', NOW - 9 * MINUTE, 'e2'],
      ['bob', NOW, 'e3'],
    ])
  })

  test.each<[what: string, logsource: object | undefined, trails: string[]]>([
    ['of CloudTrail', { product: 'aws', service: 'cloudtrail' }, ['cloudtrail']],
    ['of ActionTrail', { product: 'alibabacloud', service: 'actiontrail' }, ['actiontrail']],
    ['of AWS', { product: 'AWS' }, ['cloudtrail']],
    ['of nothing in particular', undefined, ['cloudtrail', 'actiontrail']],
    ['of Windows', { product: 'windows', category: 'process_creation' }, []],
    ['of another service of AWS', { product: 'aws', service: 'vpcflow' }, []],
  ])('%s is asked about records of its own trail', async (_what, logsource, trails) => {
    const here = bench([{ id: 'r', sigma: sigma({ logsource }) }])
    const records = (['cloudtrail', 'actiontrail'] as const).map((trail) => ({ ...record(trail), trail }))
    for (const one of records) await here.evaluate([message('m', [one])])
    expect(here.alerts().map(({ annotations }) => annotations.eventId)).toEqual(trails)
  })

  test('that is not enabled raises nothing', async () => {
    const here = bench([{ id: 'r', sigma: sigma(), enabled: false }])
    await here.evaluate([message('m', [record('e1')])])
    expect(here.sent).toEqual([])
  })

  test('keeps its own labels against fields of the same name, and against names of the prototype', async () => {
    const groupBy = JSON.parse(
      '{"alertname":"eventName","__proto__":"eventName","severity":"eventName","none":"empty"}',
    )
    const here = bench([{ id: 'r', sigma: sigma({ tocsin: { groupBy } }) }])
    await here.evaluate([message('m', [record('e1', { empty: '' })])])
    expect(here.sent[0]?.body).toContain('"__proto__":"ConsoleLogin"')
    const labels = { alertname: 'Console sign-in', rule: 'r', severity: 'high' }
    expect(here.alerts()[0]?.labels).toMatchObject(labels)
    expect(Object.keys(here.alerts()[0]?.labels ?? {}).sort()).toEqual(['__proto__', 'alertname', 'rule', 'severity'])
  })

  test('truncates long values, which stay different', async () => {
    const here = bench([{ id: 'r', sigma: sigma({ tocsin: { groupBy: ['agent'] } }) }])
    const agents = ['x', 'y'].map((end) => `${'🙂'.repeat(20_000)}${end}`)
    await here.evaluate([
      message(
        'm',
        agents.map((agent, n) => record(`e${n}`, { agent })),
      ),
    ])
    expect(here.alerts()).toHaveLength(2)
    expect(here.alerts().every(({ labels }) => (labels.agent?.length ?? 0) < 600)).toBe(true)
    expect(here.sent[0]?.body.isWellFormed()).toBe(true)
  })

  test('an event from the future starts at its receipt', async () => {
    const here = bench([{ id: 'r', sigma: sigma() }])
    await here.evaluate([message('m', [record('e1', {}, 60)])])
    expect(here.alerts()[0]?.startsAt).toBe(NOW)
  })
})

describe('messages', () => {
  const rules = [{ id: 'r', sigma: sigma({ tocsin: byUser }) }]

  test('that come twice raise the same alerts', async () => {
    const here = bench(rules)
    const twice = message('m', [record('e1', alice), record('e2', alice)])
    await here.evaluate([twice])
    await here.evaluate([{ ...twice, receives: 2 }])
    const [first, second] = here.messages()
    expect(second).toEqual(first)
    expect(here.alerts().map(({ labels }) => fingerprint(labels))).toHaveLength(2)
  })

  test('are acknowledged only when their alerts are in the queue', async () => {
    let broken: 'throws' | 'first' | 'no' = 'throws'
    const here = bench(rules, memoryTable(clock), async () => {
      if (broken === 'throws') throw new Error('the queue is away')
      return { failed: broken === 'first' ? [0] : [] }
    })
    const both = [message('m1', [record('e1', alice)]), message('m2', [record('e2', alice)])]
    expect(await here.evaluate(both)).toEqual({ failed: ['m1', 'm2'] })
    broken = 'first'
    expect(await here.evaluate(both)).toEqual({ failed: ['m1'] })
    broken = 'no'
    expect(await here.evaluate(both.slice(0, 1))).toEqual({ failed: [] })
    expect(here.alerts().map(({ annotations }) => annotations.eventId)).toEqual(['e2', 'e1'])
  })

  test.each<[what: string, body: object | string]>([
    ['no JSON', 'x'],
    ['another kind', { v: 1, kind: 'alerts', account: 'a', alerts: [] }],
    ['no account', { v: 1, kind: 'records', records: [] }],
    ['no records', { v: 1, kind: 'records', account: 'a' }],
    ['a record that is none', { ...JSON.parse(message('m', []).body), records: [null] }],
  ])('with %s are refused alone, with the reason', async (_what, malformed) => {
    const here = bench(rules)
    const body = typeof malformed === 'string' ? malformed : JSON.stringify(malformed)
    const bad = { ...message('bad', []), body }
    const batch = [message('m1', [record('e1')]), bad, message('m2', [record('e2')])]
    expect(await here.evaluate(batch)).toEqual({ failed: [] })
    expect(here.alerts()).toHaveLength(2)
    const reason = expect.stringMatching(/^a message of the queue records cannot be read: /)
    expect(here.logged).toMatchObject([{ function: 'evaluate', what: 'bad', error: reason }])
    const kept = { id: 'records-bad', queue: 'records', receivedAt: NOW, reason }
    const whose = body.includes('"account"') ? [{ ...kept, body: Buffer.from(body).toString('base64') }] : []
    expect(await here.refused()).toMatchObject(whose)
  })

  test('are done even when a part of them is malformed', async () => {
    const here = bench(rules)
    let count = 0
    for (const body of variants(JSON.parse(message('m', [record('e1', alice)]).body))) {
      const one = { ...message(`m${++count}`, []), body }
      expect(await here.evaluate([one]), body).toEqual({ failed: [] })
    }
    expect(count).toBeGreaterThan(100)
  })

  test('of a newer version are handed back, alone', async () => {
    const here = bench(rules)
    const newer = { ...message('newer', []), body: JSON.stringify({ v: 2, kind: 'records', account: 'a' }) }
    expect(await here.evaluate([message('m1', [record('e1')]), newer])).toEqual({ failed: ['newer'] })
    expect(here.alerts()).toHaveLength(1)
    expect(await here.refused()).toEqual([])
  })

  test('of an account with an unreadable configuration fail, other messages do not', async () => {
    const here = bench(rules)
    const evaluate = createEvaluate({
      ...{ table: here.table, clock, metrics: here.metrics, chance: () => 0.5 },
      dispatchQueue: { send: async () => ({ failed: [] }) },
      configs: {
        async current(account) {
          if (account === 'b') throw new Error('away')
          return compileConfig(defaultConfig())
        },
      },
    })
    const messages = [message('m1', [record('e1')]), message('m2', [record('e2')], { account: 'b' })]
    expect(await evaluate(messages)).toEqual({ failed: ['m2'] })
  })

  test('of thousands of alerts are divided to fit the queue', async () => {
    const here = bench([{ id: 'r', sigma: sigma({ tocsin: { groupBy: ['agent'], annotations: ['blob'] } }) }])
    const many = Array.from({ length: 1000 }, (_, n) => record(`e${n}`, { agent: `a${n}`, blob: 'x'.repeat(900) }))
    expect(await here.evaluate([message('m', many)])).toEqual({ failed: [] })
    expect(here.alerts()).toHaveLength(1000)
    expect(here.sent.length).toBeGreaterThan(1)
    for (const { body } of here.sent) expect(Buffer.byteLength(body)).toBeLessThan(MESSAGE_BYTES)
  })
})
