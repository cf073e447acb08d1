import { beforeEach, describe, expect, test } from 'vitest'
import { finish } from '../../../../shared/base/steps.ts'
import { HOUR, MINUTE } from '../../../../shared/base/time.ts'
import { readParsedRules } from '../../../../shared/rule-book/parsed.ts'
import { createConfigs } from '../../../../shared/store/configs.ts'
import { createIntegrationCounts, ruleCounts } from '../../../../shared/store/statistics.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'

const SIGMA = `title: Route changed
id: 6a1b1a3e-6c0b-4b39-9a8e-2a7a4a1c0001
level: high
tags: [attack.persistence, attack.t1098]
logsource: { product: alibabacloud, service: actiontrail }
detection:
  selection: { eventName: CreateRouteEntry }
  condition: selection
`
const TAGS = ['attack.persistence', 'attack.t1098']
const RULES = [
  { id: 'routes', sigma: SIGMA },
  { id: 'root-login', template: 'cloudtrail/root-activity', enabled: false },
]

let api: Api
beforeEach(async () => {
  api = await startApi()
  const put = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, rules: RULES } })
  expect(put.status).toBe(200)
})

const get = (path: string) => api.ask('GET', path, { key: 'a-viewer' })

test('rules are stored in the form that is quick to read, too', async () => {
  const { rules, parsedRules } = await createConfigs(api.deps).current('a')
  const [entries, { text = '', of = '' } = {}] = [await rules(), await parsedRules()]
  expect([...finish(readParsedRules(text, of, entries)).keys()]).toEqual(
    entries.filter(({ sigma }) => sigma !== undefined),
  )
})

describe('the status of rules', () => {
  test('has titles, levels, and whether a rule runs', async () => {
    const { status, json } = await get('/api/v1/rules:status')
    expect([status, json.items]).toEqual([
      200,
      [
        { id: 'routes', title: 'Route changed', level: 'high', status: 'running', tags: TAGS, trails: ['actiontrail'] },
        expect.objectContaining({
          ...{ id: 'root-login', status: 'stopped', template: 'cloudtrail/root-activity', trails: ['cloudtrail'] },
        }),
      ],
    ])
  })

  test('names the trails of the rules that a correlation counts, and none for a log source that no trail has', async () => {
    const counts = (rules: string[]) => ({ type: 'event_count', rules, timespan: '5m', condition: { gte: 3 } })
    const any = { title: 'Any', detection: { selection: { eventName: 'X' }, condition: 'selection' } }
    const added = [
      { id: 'any', sigma: { ...any, logsource: { category: 'audit' } } },
      { id: 'linux', sigma: { ...any, logsource: { product: 'linux' } } },
      { id: 'one', sigma: { title: 'One', correlation: counts(['routes']) } },
      { id: 'both', sigma: { title: 'Both', correlation: counts(['one', 'any']) } },
    ]
    await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, rules: [...RULES, ...added] } })
    const { json } = await get('/api/v1/rules:status')
    expect(json.items.slice(2).map(({ id, trails }: { id: string; trails: string[] }) => [id, ...trails])).toEqual([
      ['any', 'cloudtrail', 'actiontrail'],
      ['linux'],
      ['one', 'actiontrail'],
      ['both', 'cloudtrail', 'actiontrail'],
    ])
  })

  test.each([
    ['route', ['routes']],
    ['CHANGED high', []],
    ['changed ROUTE', ['routes']],
    ['cloudtrail', ['root-login']],
    ['t1098', ['routes']],
    ['Attack.Persistence routes', ['routes']],
    ['', ['routes', 'root-login']],
  ])('searched for %j is of the rules with all words in id, title, template or tags', async (words, ids) => {
    const { json } = await get(`/api/v1/rules:status?q=${encodeURIComponent(words)}`)
    expect(json.items.map(({ id }: { id: string }) => id)).toEqual(ids)
  })

  test('has the matches of each hour of a day, and none of a rule that matched before', async () => {
    const { now } = api.time
    const counts = createIntegrationCounts(api.table, 'evaluate')
    for (const [hours, events] of [
      [30, 9],
      [23, 2],
      [1, 3],
      [0, 1],
    ] as const) {
      counts.add('a', ruleCounts('routes'), { events }, now - hours * HOUR)
      await counts.save([{ id: 'm', receives: 1 }])
    }
    const hoursOf = async () => (await get('/api/v1/rules:status?limit=1')).json.items[0].hours
    expect(await hoursOf()).toEqual([2, ...Array.from({ length: 21 }, () => 0), 3, 1])
    api.time.now += 25 * HOUR
    expect(await hoursOf()).toBeUndefined()
  })

  test('has the last match, which evaluate counts', async () => {
    const counts = createIntegrationCounts(api.table, 'evaluate')
    counts.add('a', ruleCounts('routes'), { events: 1 }, api.time.now)
    await counts.save([{ id: 'm', receives: 1 }])
    const { json } = await get('/api/v1/rules:status?limit=1')
    expect([json.items[0].lastMatchedAt, typeof json.next]).toEqual([expect.stringMatching(/^2026-/), 'string'])
  })
})

describe('the history of a rule', () => {
  const alert = (name: string) => ({ labels: { alertname: name, rule: 'routes' } })

  test('has the incidents with alerts that the rule raised, and no alert that only says so', async () => {
    const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
    await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { policies } })
    await api.post('a', [alert('Raised')], { rule: 'routes' })
    await api.post('a', [alert('Posted')])
    const { json } = await get('/api/v1/rules/routes/history')
    expect(json.items.map((one: { labels: object; state: string }) => [one.labels, one.state])).toEqual([
      [{ alertname: 'Raised' }, 'open'],
    ])
    await api.post('a', [{ ...alert('Raised'), endsAt: api.time.now }], { rule: 'routes' })
    api.time.now += 10 * MINUTE
    await api.later(0, 'a', [json.items[0].group])
    expect((await get('/api/v1/rules/routes/history')).json.items).toHaveLength(1)
    expect((await get('/api/v1/rules/root-login/history')).json.items).toEqual([])
    expect((await get('/api/v1/rules/none/history')).status).toBe(404)
  })
})

describe('a rule to check', () => {
  const check = (body: unknown) => api.ask('POST', '/api/v1/rules:check', { key: 'a-viewer', body })

  test('that is right would be taken, and says which records match', async () => {
    const records = [{ eventName: 'CreateRouteEntry' }, { eventName: 'DescribeRouteEntryList' }]
    const { status, json } = await check({ rule: { sigma: SIGMA }, records })
    expect([status, json]).toEqual([
      200,
      { problems: [], warnings: [], rules: [{ title: 'Route changed', level: 'high', raises: true, matches: [0] }] },
    ])
  })

  test('that is wrong has every problem with line and column', async () => {
    const { json } = await check({ rule: { sigma: SIGMA.replace('condition: selection', 'condition: selektion') } })
    expect(json.problems).toEqual([
      {
        path: expect.stringMatching(/^sigma/),
        message: expect.stringContaining('selektion'),
        line: 8,
        column: expect.any(Number),
      },
    ])
  })

  test.each<[string, unknown, number, string]>([
    ['neither a template nor Sigma', { rule: {} }, 200, 'needs either template or sigma'],
    ['an unknown template', { rule: { template: 'none' } }, 200, 'none'],
    ['a misspelt field', { rule: { sygma: '' } }, 422, 'rule'],
    [
      'too many records',
      { rule: { sigma: SIGMA }, records: Array.from({ length: 51 }, () => ({})) },
      422,
      'at most 50',
    ],
    ['no mapping', [], 422, ''],
    ['a text that is no Sigma', { rule: { sigma: 'a: [' } }, 200, 'sigma'],
    ['a text that is too long', { rule: { sigma: 'x'.repeat(600_000) } }, 200, 'limit'],
  ])('%s is said', async (_, body, status, text) => {
    const answer = await check(body)
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)])
  })

  test('may name other rules of the account, and stands in the place of the rule of its id', async () => {
    const correlation = `title: Many routes
correlation: { type: event_count, rules: [routes], group-by: [accountId], timespan: 5m, condition: { gte: 3 } }
`
    expect((await check({ rule: { sigma: correlation } })).json).toMatchObject({
      problems: [],
      rules: [{ title: 'Many routes', raises: true }],
    })
    const alone = await check({ rule: { id: 'routes', sigma: correlation } })
    expect(alone.json.problems).toHaveLength(1)
  })
})
