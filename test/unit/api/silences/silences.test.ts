import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Answered, type Api, CONFIG, START, startApi } from '../harness.ts'

let api: Api

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })).status).toBe(200)
  api.sent.length = 0
})

const ask = (method: string, path: string, body?: unknown, key = 'a-responder'): Promise<Answered> =>
  api.ask(method, `/api/v1/silences${path}`, { key, ...(body !== undefined && { body }) })

const is = (label: string, value: string, op = '=') => ({ label, op, value })
const NEW = { matchers: [is('alertname', 'Disk')], duration: '1h', comment: 'disks are being swapped', by: 'jo' }

async function create(change: object = {}): Promise<string> {
  const { status, json } = await ask('POST', '', { ...NEW, ...change })
  expect(status).toBe(201)
  return json.id
}

const fire = (alertname: string, pods: string[], severity = 'warning'): Promise<void> =>
  api.post(
    'a',
    pods.map((pod) => ({ labels: { alertname, severity, pod }, annotations: { summary: `${pod} is full` } })),
  )

describe('api: /api/v1/silences', () => {
  test('a silence is created, shown, listed with what it holds back, extended and expired', async () => {
    await fire('Disk', ['a', 'b'])
    await fire('Other', ['a'])
    const id = await create()
    const silence = {
      ...{ id, state: 'active', matchers: NEW.matchers, startsAt: toRfc3339(START), endsAt: toRfc3339(START + HOUR) },
      ...{ by: 'jo', comment: NEW.comment, updatedAt: toRfc3339(START), mutes: 2 },
    }
    expect((await ask('GET', `/${id}`, undefined, 'a-viewer')).json).toEqual(silence)
    const list = await ask('GET', '', undefined, 'a-viewer')
    expect(list.json).toEqual({ items: [silence], counts: { active: 1, pending: 0, expired: 0 }, partial: false })
    api.time.now += 10 * MINUTE
    const longer = await ask('PUT', `/${id}`, { duration: '2h' })
    expect(longer.json).toMatchObject({ id, endsAt: toRfc3339(api.time.now + 2 * HOUR), startsAt: toRfc3339(START) })
    expect((await ask('PUT', `/${id}`, { comment: 'still' })).json).toMatchObject({ id, comment: 'still', by: 'jo' })
    expect((await ask('DELETE', `/${id}`)).status).toBe(204)
    expect((await ask('GET', `/${id}`)).json).toMatchObject({ state: 'expired' })
    expect((await ask('GET', '?state=active')).json).toMatchObject({ items: [], counts: { expired: 1 } })
  })

  test('other matchers begin another silence', async () => {
    const id = await create()
    const { json } = await ask('PUT', `/${id}`, { matchers: [is('alertname', 'Disk|Other', '=~')] })
    expect(json.id).not.toBe(id)
    expect((await ask('GET', `/${id}`)).json.state).toBe('expired')
    expect((await ask('GET', '?state=active')).json.items).toHaveLength(1)
  })

  test('a request with the same Idempotency-Key makes one silence', async () => {
    const headers = { 'idempotency-key': 'twice' }
    const made = await Promise.all(
      [1, 2].map(() => api.ask('POST', '/api/v1/silences', { key: 'a-responder', body: NEW, headers })),
    )
    expect(made[0]!.json.id).toBe(made[1]!.json.id)
    expect((await ask('GET', '')).json.items).toHaveLength(1)
  })

  test('is found by state, person, text and matcher', async () => {
    await create({ by: 'mei', comment: 'OPS-2231', matchers: [is('env', 'staging')] })
    await create({ startsAt: toRfc3339(START + DAY), duration: '1h' })
    const comments = async (query: string): Promise<string[]> =>
      (await ask('GET', `?${query}`)).json.items.map(({ comment }: { comment: string }) => comment)
    expect(await comments('by=mei')).toEqual(['OPS-2231'])
    expect(await comments('q=ops-22')).toEqual(['OPS-2231'])
    expect(await comments('q=staging')).toEqual(['OPS-2231'])
    expect(await comments('state=pending')).toEqual([NEW.comment])
    expect(await comments('filter=env%3Dstaging')).toEqual(['OPS-2231'])
    expect((await ask('GET', '?state=x')).status).toBe(400)
    expect((await ask('GET', '?filter=x')).status).toBe(400)
  })

  test.each<[name: string, body: object, paths: string[]]>([
    ['nothing', {}, ['matchers', 'comment']],
    ['no end', { matchers: NEW.matchers, comment: 'x' }, ['endsAt']],
    ['two ends', { ...NEW, endsAt: toRfc3339(START + HOUR) }, ['duration']],
    ['no matcher', { ...NEW, matchers: [] }, ['matchers']],
    ['an empty comment', { ...NEW, comment: ' ' }, ['comment']],
    ['a wrong expression', { ...NEW, matchers: [is('a', '(', '=~')] }, ['matchers[0].value']],
    ['an end in the past', { ...NEW, duration: undefined, endsAt: toRfc3339(START - HOUR) }, ['']],
    ['everything', { ...NEW, matchers: [is('a', '')] }, ['']],
    ['an unknown key', { ...NEW, createdBy: 'x' }, ['createdBy']],
  ])('%s is refused at its place', async (_, body, paths) => {
    const { status, json } = await ask('POST', '', body)
    expect(status).toBe(422)
    expect(json.error.details.map(({ path }: { path: string }) => path)).toEqual(paths)
    expect((await ask('GET', '')).json.items).toEqual([])
  })

  test('what is not there is 404', async () => {
    for (const [method, body] of [['GET'], ['PUT', { comment: 'x' }], ['DELETE']] as const) {
      expect((await ask(method, '/nope', body)).status).toBe(404)
    }
  })

  test('makes the groups that it could hold back look, and no others', async () => {
    await fire('Disk', ['a'])
    await fire('Other', ['a'])
    const { json } = await api.ask('GET', '/api/v1/groups?q=disk', { key: 'a-viewer' })
    api.sent.length = 0
    const id = await create()
    const wake = { v: 1, kind: 'wake', account: 'a', group: json.items[0].id }
    expect(api.sent.map(({ body }) => JSON.parse(body))).toEqual([wake])
    await api.run([api.sent[0]!.body])
    const titles = async (state: string): Promise<string[]> =>
      (await api.ask('GET', `/api/v1/groups?state=${state}`, { key: 'a-viewer' })).json.items.map(
        ({ title }: { title: string }) => title,
      )
    expect([await titles('firing'), await titles('held')]).toEqual([['Other'], ['Disk']])
    await ask('DELETE', `/${id}`)
    await api.later(SECOND, 'a', [json.items[0].id])
    await api.later(MINUTE, 'a', [json.items[0].id])
    expect([await titles('firing'), await titles('held')]).toEqual([['Disk', 'Other'], []])
  })

  test('is made although the queue takes no wake', async () => {
    await fire('Disk', ['a'])
    api.failSends()
    await create()
  })
})

describe('api: POST /api/v1/silences:preview', () => {
  const preview = async (matchers: object[]) => {
    const { status, json } = await ask('POST', ':preview', { matchers }, 'a-viewer')
    expect(status).toBe(200)
    return json
  }

  test('says how many alerts of which groups it would hold back, and who would not be told', async () => {
    await fire('Disk', ['a', 'b'], 'critical')
    await fire('Other', ['a', 'c'])
    const found = await preview([is('pod', 'a')])
    expect(found).toMatchObject({
      ...{ firing: { P1: 1, P2: 0, P3: 1, P4: 0 }, of: 4, unclaimedP1: 1, targets: ['hook'], moreGroups: 0 },
      partial: false,
    })
    const alerts = found.groups.map(({ title, alerts }: { title: string; alerts: number }) => [title, alerts])
    expect(alerts).toEqual([
      ['Disk', 1],
      ['Other', 1],
    ])
    expect(found.alerts.map(({ summary }: { summary: string }) => summary)).toEqual(['a is full', 'a is full'])
    expect(await preview([is('alertname', 'Disk')])).toMatchObject({ firing: { P1: 2 } })
    expect(await preview([is('alertname', 'none')])).toMatchObject({ firing: { P1: 0 }, groups: [], alerts: [] })
  })

  test('promises what the silence does', async () => {
    await fire('Disk', ['a', 'b'])
    await fire('Other', ['a', 'c'])
    const matchers = [is('pod', 'a|c', '=~')]
    const { firing } = await preview(matchers)
    const id = await create({ matchers })
    expect((await ask('GET', `/${id}`)).json.mutes).toBe(firing.P3)
    const { json } = await api.ask('GET', '/api/v1/alerts?state=suppressed', { key: 'a-viewer' })
    expect(json.items).toHaveLength(firing.P3)
  })

  test('changes nothing', async () => {
    await fire('Disk', ['a'])
    api.sent.length = 0
    await preview([is('pod', 'a')])
    expect([api.sent, (await ask('GET', '')).json.items]).toEqual([[], []])
  })

  test('refuses wrong matchers at their place', async () => {
    const { status, json } = await ask('POST', ':preview', { matchers: [is('a', '(', '=~')] })
    expect([status, json.error.details[0].path]).toEqual([422, 'matchers[0].value'])
  })
})
