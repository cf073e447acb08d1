import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { claimAttempts, recordOutcomes } from '../../../../shared/group-store/ledger-claims.ts'
import { type Api, CONFIG, START, startApi } from '../harness.ts'

const key = 'a-viewer'
let api: Api

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })).status).toBe(200)
})

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function items(path: string, by = key): Promise<any[]> {
  const { status, json } = await api.ask('GET', path, { key: by })
  expect(status).toBe(200)
  return json.items
}

/** All items of a list, page by page. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at items field by field.
async function pages(path: string): Promise<any[]> {
  const all = []
  for (let next: string | undefined = ''; next !== undefined; ) {
    const { status, json } = await api.ask('GET', next === '' ? path : `${path}&after=${next}`, { key })
    expect(status).toBe(200)
    all.push(...json.items)
    next = json.next
  }
  return all
}

/** A firing alert after its flush: an open incident and a waiting delivery. */
async function fire(alertname: string): Promise<{ group: string; delivery: string; ledger: string }> {
  await api.post('a', [{ labels: { alertname, severity: 'error' } }])
  const [alert] = await items(`/api/v1/alerts?filter=alertname%3D${alertname}`)
  const group = alert.groups[0].id
  await api.later(5 * SECOND, 'a', [group])
  const { delivery, ledger } = JSON.parse(api.due.at(-1)!.body)
  return { group, delivery, ledger }
}

type Fired = Awaited<ReturnType<typeof fire>>

async function begin({ ledger, delivery }: Fired): Promise<void> {
  const times = { at: api.time.now, expiresAt: api.time.now + DAY }
  await claimAttempts(api.table, 'a', ledger, [{ delivery, attempt: 1 }], times)
}

async function end({ ledger, delivery }: Fired, outcome: Outcome): Promise<void> {
  await recordOutcomes(api.table, 'a', ledger, [{ delivery, attempt: 1, outcome }])
}

describe('api: GET /api/v1/alerts', () => {
  test('shows where an alert came from and in which groups it is', async () => {
    const { group } = await fire('A')
    const [alert] = await items('/api/v1/alerts')
    expect(alert).toMatchObject({
      labels: { alertname: 'A', severity: 'error' },
      state: 'firing',
      integration: 'default',
      startsAt: toRfc3339(START),
      groups: [{ id: group, policy: 'all', incident: expect.stringContaining(group) }],
    })
  })

  test('filters by matchers and state', async () => {
    await api.post('a', [{ labels: { alertname: 'A' } }, { labels: { alertname: 'B' }, endsAt: START + MINUTE }])
    api.time.now += 2 * MINUTE
    const names = async (query: string) =>
      (await items(`/api/v1/alerts?${query}`)).map(({ labels }) => labels.alertname)
    expect(await names('state=firing')).toEqual(['A'])
    expect(await names('state=resolved')).toEqual(['B'])
    expect(await names('state=suppressed')).toEqual([])
    expect(await names('filter=alertname%3D~%22A%7CB%22&filter=alertname!%3DA')).toEqual(['B'])
    for (const query of ['state=nope', 'filter=foo', 'filter=a%3D~%22(%22']) {
      const { status, json } = await api.ask('GET', `/api/v1/alerts?${query}`, { key })
      expect([status, json.error.code]).toEqual([400, 'invalid'])
    }
  })

  test('pages through everything once', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `n${index}`)
    await api.post(
      'a',
      names.map((alertname) => ({ labels: { alertname } })),
    )
    const seen: string[] = []
    let after = ''
    do {
      const { json } = await api.ask('GET', `/api/v1/alerts?limit=10${after}`, { key })
      seen.push(...json.items.map((alert: { labels: { alertname: string } }) => alert.labels.alertname))
      after = json.next === undefined ? '' : `&after=${json.next}`
    } while (after !== '')
    expect(seen.sort()).toEqual(names.sort())
  })
})

describe('api: incidents', () => {
  test('an open one is listed, shown with its timeline, and closed in the end', async () => {
    const { group, delivery } = await fire('A')
    const [open] = await items('/api/v1/incidents')
    expect(open).toMatchObject({ group, policy: 'all', state: 'open', labels: { alertname: 'A' } })
    expect(open.alerts[0]).toMatchObject({ state: 'firing', labels: { alertname: 'A', severity: 'error' } })
    const { json } = await api.ask('GET', `/api/v1/incidents/${open.id}`, { key })
    expect(json.timeline.map(({ kind }: { kind: string }) => kind)).toEqual(['opened', 'telling'])
    expect(json.timeline[1]).toMatchObject({ reason: 'first', why: { code: 'first' }, target: 'hook', delivery })

    await api.post('a', [{ labels: { alertname: 'A', severity: 'error' }, endsAt: api.time.now }])
    await api.later(MINUTE, 'a', [group])
    await settle(group, delivery)
    await api.later(MINUTE, 'a', [group])
    expect(await items('/api/v1/incidents?state=open')).toEqual([])
    const [closed] = await items('/api/v1/incidents?state=closed')
    expect(closed).toMatchObject({ id: open.id, state: 'closed', closedBecause: 'resolved' })
    expect(await items('/api/v1/incidents')).toHaveLength(1)
    const shown = await api.ask('GET', `/api/v1/incidents/${open.id}`, { key })
    expect(shown.json.timeline.map(({ kind }: { kind: string }) => kind)).toContain('closed')
  })

  test('a list shows few alerts of each, and the numbers of all', async () => {
    const pods = Array.from({ length: 8 }, (_, n) => `p${n}`)
    await api.post(
      'a',
      pods.map((pod) => ({ labels: { alertname: 'A', severity: pod === 'p0' ? 'critical' : 'error', pod } })),
    )
    const [{ groups }] = await items('/api/v1/alerts')
    await api.later(5 * SECOND, 'a', [groups[0].id])
    const [shown] = await items('/api/v1/incidents')
    expect(shown).toMatchObject({ level: 'P1', levels: { P1: 1, P2: 7, P3: 0, P4: 0 } })
    expect(shown.alerts).toHaveLength(5)
    expect((await items('/api/v1/incidents?alerts=0'))[0].alerts).toEqual([])
    expect((await api.ask('GET', `/api/v1/incidents/${shown.id}?alerts=7`, { key })).json.alerts).toHaveLength(7)
    const every = await pages(`/api/v1/incidents/${shown.id}/alerts?limit=3`)
    expect(every.map(({ labels }) => labels.pod).sort()).toEqual(pods)
    for (const query of ['alerts=x', 'alerts=201', 'alerts=-1', 'from=x', 'level=P9', 'filter=x']) {
      expect((await api.ask('GET', `/api/v1/incidents?${query}`, { key })).status).toBe(400)
    }
  })

  test('a list is filtered by labels, level, handler, policy, text and time', async () => {
    await fire('A')
    await fire('B')
    const [b] = await items('/api/v1/incidents?q=b')
    const by = { key: 'a-responder', body: { by: 'mei' } }
    expect((await api.ask('POST', `/api/v1/incidents/${b.id}/claim`, by)).status).toBe(202)
    await api.run([api.sent.at(-1)!.body])
    const names = async (query: string): Promise<string[]> =>
      (await items(`/api/v1/incidents?${query}`)).map(({ labels }) => labels.alertname)
    expect(await names('filter=alertname%3DA')).toEqual(['A'])
    expect(await names('handler=mei')).toEqual(['B'])
    expect(await names('handler=-')).toEqual(['A'])
    expect(await names('level=P2&policy=all')).toEqual(['B', 'A'])
    expect(await names('level=P1')).toEqual([])
    expect(await names(`from=${b.openedAt}`)).toEqual(['B'])
    expect(await names(`to=${b.openedAt}`)).toEqual(['A'])
    const { json } = await api.ask('GET', `/api/v1/incidents/${b.id}`, { key })
    expect(json.acted).toEqual([JSON.parse(api.sent.at(-1)!.body).action.id])
  })

  test('the timeline comes newest first when it is asked for so', async () => {
    await fire('A')
    const [{ id }] = await items('/api/v1/incidents')
    const kinds = async (order: string): Promise<string[]> =>
      (await api.ask('GET', `/api/v1/incidents/${id}?order=${order}`, { key })).json.timeline.map(
        ({ kind }: { kind: string }) => kind,
      )
    expect(await kinds('desc')).toEqual((await kinds('asc')).toReversed())
    expect((await api.ask('GET', `/api/v1/incidents/${id}?order=x`, { key })).status).toBe(400)
  })

  test('open and closed ones are one list in pages', async () => {
    const first = await fire('A')
    await api.post('a', [{ labels: { alertname: 'A', severity: 'error' }, endsAt: api.time.now }])
    await settle(first.group, first.delivery)
    await api.later(MINUTE, 'a', [first.group])
    await fire('B')
    await fire('C')
    const seen: string[] = []
    let after = ''
    do {
      const { json } = await api.ask('GET', `/api/v1/incidents?limit=1${after}`, { key })
      expect(json.items.length).toBeLessThanOrEqual(1)
      for (const { labels, state } of json.items) seen.push(`${labels.alertname} ${state}`)
      after = json.next === undefined ? '' : `&after=${json.next}`
    } while (after !== '')
    expect(seen).toEqual(['C open', 'B open', 'A closed'])
  })

  test.each([
    'nope',
    '..',
    'a%23b',
    '%00',
    `${'0'.repeat(32)}-x`,
    'x'.repeat(2000),
    `${'0'.repeat(32)}-${'x'.repeat(2000)}`,
  ])('an id like %.40s is 404', async (id) => {
    expect((await api.ask('GET', `/api/v1/incidents/${id}`, { key })).status).toBe(404)
    expect((await api.ask('POST', `/api/v1/deliveries/${id}/replay`, { key: 'a-owner' })).status).toBe(404)
  })

  test('another account finds none of it', async () => {
    const { delivery } = await fire('A')
    const [{ id }] = await items('/api/v1/incidents')
    const answers = [
      await api.ask('GET', `/api/v1/incidents/${id}`, { key: 'b-owner' }),
      await api.ask('POST', `/api/v1/deliveries/${delivery}/replay`, { key: 'b-owner' }),
    ]
    for (const { status, text } of answers) {
      expect(status).toBe(404)
      expect(text).not.toContain('severity')
    }
    for (const list of ['alerts', 'incidents', 'deliveries'])
      expect(await items(`/api/v1/${list}`, 'b-owner')).toEqual([])
  })
})

async function settle(group: string, delivery: string): Promise<void> {
  const outcome = { kind: 'arrived', at: api.time.now }
  const message = { v: 1, kind: 'outcome', account: 'a', group, target: 'hook', delivery, attempt: 1, outcome }
  await api.run([JSON.stringify(message)])
}

describe('api: deliveries', () => {
  test('a delivery is waiting, sending, and then what became of it', async () => {
    const fired = await fire('A')
    const { delivery } = fired
    const state = async () => (await items('/api/v1/deliveries')).map((item) => item.state)
    expect(await state()).toEqual(['waiting'])
    await begin(fired)
    expect(await state()).toEqual(['sending'])
    const detail = 'hooks.example answered 503'
    const outcome = { kind: 'refused', at: api.time.now, reason: 'serverError', detail } as const
    await end(fired, outcome)
    const [item] = await items('/api/v1/deliveries?state=failed')
    expect(item).toMatchObject({
      id: delivery,
      state: 'failed',
      target: 'hook',
      reason: 'first',
      attempts: 1,
      outcome: { kind: 'refused', at: toRfc3339(api.time.now), detail },
    })
    expect(await items('/api/v1/deliveries?state=arrived')).toEqual([])
    expect((await api.ask('GET', '/api/v1/deliveries?state=nope', { key })).status).toBe(400)
  })

  test('are listed by incident and by target', async () => {
    await fire('A')
    const { delivery } = await fire('B')
    const [b] = await items('/api/v1/incidents?q=b')
    const ids = async (query: string): Promise<string[]> =>
      (await items(`/api/v1/deliveries?${query}`)).map(({ id }) => id)
    expect(await ids(`incident=${b.id}`)).toEqual([delivery])
    expect(await ids(`incident=${b.id}&state=waiting`)).toEqual([delivery])
    expect(await ids(`incident=${b.id}&state=dead`)).toEqual([])
    expect(await ids(`incident=${b.id}&target=other`)).toEqual([])
    expect(await ids('target=hook')).toHaveLength(2)
    expect(await ids('target=nobody&state=dead')).toEqual([])
    expect((await api.ask('GET', '/api/v1/deliveries?incident=x', { key })).status).toBe(400)
  })

  test('a delivery has arrived when the timeline of its group says so', async () => {
    const fired = await fire('A')
    const { group, delivery } = fired
    const other = await fire('B')
    for (const one of [fired, other]) await begin(one)
    await settle(group, delivery)
    const at = toRfc3339(api.time.now)
    // A later decision of the group writes the entry of the arrival as an item.
    await api.later(MINUTE, 'a', [group])
    const [item, ...more] = await items('/api/v1/deliveries?state=arrived')
    expect(item).toMatchObject({ id: delivery, attempts: 1, outcome: { kind: 'arrived', at } })
    expect(more).toEqual([])
    expect((await items('/api/v1/deliveries?state=sending')).map(({ id }) => id)).toEqual([other.delivery])
  })

  test('an attempt that never reported is ambiguous', async () => {
    const fired = await fire('A')
    const { delivery } = fired
    await begin(fired)
    api.time.now += 11 * MINUTE
    expect((await items('/api/v1/deliveries?state=ambiguous')).map(({ id }) => id)).toEqual([delivery])
  })

  test('pages through those of one state', async () => {
    const fired = await fire('A')
    const { delivery } = fired
    for (const name of ['B', 'C', 'D']) await fire(name)
    await begin(fired)
    await end(fired, { kind: 'arrived', at: api.time.now })
    expect((await items('/api/v1/deliveries?state=arrived&limit=1')).map(({ id }) => id)).toEqual([delivery])
  })

  test('a replay asks dispatch to tell the target again', async () => {
    const { group, delivery } = await fire('A')
    api.sent.length = 0
    const { status } = await api.ask('POST', `/api/v1/deliveries/${delivery}/replay`, { key: 'a-responder' })
    expect(status).toBe(202)
    expect(api.sent.map(({ body }) => JSON.parse(body))).toEqual([
      { v: 1, kind: 'replay', account: 'a', group, target: 'hook' },
    ])
  })

  test('nothing is replayed of a group that is over', async () => {
    const { group, delivery } = await fire('A')
    await settle(group, delivery)
    await api.post('a', [{ labels: { alertname: 'A', severity: 'error' }, endsAt: api.time.now }])
    await api.later(MINUTE, 'a', [group])
    await settle(group, JSON.parse(api.due.at(-1)!.body).delivery)
    await api.later(MINUTE, 'a', [group])
    const { status } = await api.ask('POST', `/api/v1/deliveries/${delivery}/replay`, { key: 'a-responder' })
    expect(status).toBe(409)
  })

  test('bodies that an integration could not read are listed, their bytes for editors only', async () => {
    const body = Buffer.from('{"broken').toString('base64')
    const refused = {
      v: 1,
      kind: 'refused',
      account: 'a',
      integration: 'default',
      receivedAt: START,
      reason: 'no',
      body,
    }
    await api.run([JSON.stringify(refused)])
    const [shown] = await items('/api/v1/deliveries?state=refused')
    expect(shown).toEqual({
      id: expect.any(String),
      state: 'refused',
      integration: 'default',
      receivedAt: toRfc3339(START),
      reason: 'no',
    })
    expect((await items('/api/v1/deliveries?state=refused', 'a-editor'))[0].body).toBe(body)
  })

  test('messages that no function could read are listed among what was refused and what is dead, once each', async () => {
    const malformed = (index: number) => JSON.stringify({ v: 1, kind: 'wake', account: 'a', group: index })
    await api.run([0, 1, 2].map(malformed))
    const fired = await fire('A')
    const { delivery } = fired
    await begin(fired)
    const died = { kind: 'dead', at: api.time.now, reason: 'clientError', detail: '404' } as const
    await end(fired, died)
    const refused = await items('/api/v1/deliveries?state=refused')
    expect(refused).toHaveLength(3)
    expect(refused[0]).toEqual({
      ...{ id: expect.stringMatching(/^alerts-m/), state: 'refused', queue: 'alerts', receivedAt: toRfc3339(START) },
      reason: 'a message of the queue alerts cannot be read: group has to be an id',
    })
    const dead = await items('/api/v1/deliveries?state=dead')
    expect(dead.slice(0, 3)).toEqual(refused)
    expect(dead.slice(3)).toMatchObject([{ id: delivery, state: 'dead' }])
    for (const limit of [1, 2, 3, 4]) {
      expect(await pages(`/api/v1/deliveries?state=dead&limit=${limit}`), `by ${limit}`).toEqual(dead)
    }
    const [{ body }] = await items('/api/v1/deliveries?state=dead', 'a-editor')
    expect(Buffer.from(body, 'base64').toString()).toContain('"kind":"wake"')
  })
})
