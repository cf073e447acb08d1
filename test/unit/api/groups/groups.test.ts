import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, CONFIG, START, startApi } from '../harness.ts'

const key = 'a-viewer'
let api: Api
/** Every read of an item, and every page of an index. */
let reads: string[]

const counting = (table: Table): Table => ({
  ...table,
  get(item) {
    reads.push(item.sort)
    return table.get(item)
  },
  cards(name, page) {
    reads.push(`cards ${name}`)
    return table.cards(name, page)
  },
})

beforeEach(async () => {
  reads = []
  api = await startApi(counting)
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })).status).toBe(200)
})

const LEVELS = { P1: 'critical', P2: 'error', P3: 'warning', P4: 'info' }

/** Alerts of a group, which flushes at once. */
const fire = (alertname: string, level: keyof typeof LEVELS = 'P2', pods = ['a'], annotations = {}): Promise<void> => {
  api.time.now += SECOND
  const labels = { alertname, severity: LEVELS[level], team: 'shop' }
  return api.post(
    'a',
    pods.map((pod) => ({ labels: { ...labels, pod }, annotations })),
  )
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function get(path: string): Promise<any> {
  const { status, json } = await api.ask('GET', path, { key })
  expect(status).toBe(200)
  return json
}

const titles = async (query = ''): Promise<string[]> =>
  (await get(`/api/v1/groups?${query}`)).items.map(({ title }: { title: string }) => title)

/** An action of a person, taken by the group. */
async function act(title: string, type: string, by: string): Promise<void> {
  const { items } = await get('/api/v1/groups')
  const { incident } = items.find((one: { title: string }) => one.title === title)
  const options = { key: 'a-responder', body: { by, comment: 'x' } }
  expect((await api.ask('POST', `/api/v1/incidents/${incident}/${type}`, options)).status).toBe(202)
  await api.run([api.sent.at(-1)!.body])
}

async function silence(matchers: Record<string, string>, comment = 'disks'): Promise<string> {
  const body = {
    matchers: Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false })),
    ...{ startsAt: toRfc3339(api.time.now), endsAt: toRfc3339(api.time.now + HOUR), createdBy: 'jo', comment },
  }
  return (await api.ask('POST', '/api/v2/silences', { key: 'a-owner', body })).json.silenceID
}

describe('api: GET /api/v1/groups', () => {
  test('shows a group by its card', async () => {
    await fire('Slow', 'P1', ['a', 'b'], { summary: 'it is slow' })
    const { items } = await get('/api/v1/groups')
    expect(items).toEqual([
      {
        ...{ id: expect.stringMatching(/^[0-9a-f]{32}$/), policy: 'all', level: 'P1', state: 'firing', title: 'Slow' },
        ...{ summary: 'it is slow', labels: { alertname: 'Slow', severity: 'critical', team: 'shop' } },
        ...{ firing: { P1: 2, P2: 0, P3: 0, P4: 0 }, held: { P1: 0, P2: 0, P3: 0, P4: 0 } },
        ...{ since: toRfc3339(START + SECOND), openedAt: toRfc3339(START + SECOND) },
        incident: expect.stringContaining(items[0].id),
      },
    ])
  })

  test('the worst level comes first, then what somebody has in hand, then what is held back', async () => {
    await silence({ alertname: 'Muted' })
    await fire('Muted', 'P1')
    await fire('Old', 'P2')
    await fire('Bad', 'P1')
    await fire('New', 'P2')
    await fire('Taken', 'P1')
    await act('Taken', 'claim', 'mei')
    expect(await titles()).toEqual(['Bad', 'New', 'Old', 'Taken', 'Muted'])
    expect(await titles('sort=newest')).toEqual(['Taken', 'New', 'Bad', 'Old', 'Muted'])
    expect(await titles('state=held')).toEqual(['Muted'])
    expect(await titles('state=firing')).toEqual(['Bad', 'New', 'Old', 'Taken'])
    expect(await titles('level=P2')).toEqual(['New', 'Old'])
    expect(await titles('handler=mei')).toEqual(['Taken'])
    expect(await titles('handler=-&level=P1')).toEqual(['Bad', 'Muted'])
    expect(await titles('policy=none')).toEqual([])
  })

  test.each(['level', 'newest'])('pages in the order %s are all groups, each once', async (sort) => {
    for (let n = 0; n < 9; n++) await fire(`A${n}`, (['P1', 'P2', 'P3'] as const)[n % 3])
    const all = await titles(`sort=${sort}`)
    expect(all).toHaveLength(9)
    for (const limit of [1, 2, 4]) {
      const seen: string[] = []
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page = await get(`/api/v1/groups?sort=${sort}&limit=${limit}&after=${after}`)
        seen.push(...page.items.map(({ title }: { title: string }) => title))
        after = page.next
      }
      expect(seen).toEqual(all)
    }
  })

  test('a page reads no group, and costs a read for each rank', async () => {
    for (let n = 0; n < 30; n++) await fire(`A${n}`)
    reads = []
    expect(await titles('limit=25')).toHaveLength(25)
    expect(reads.filter((read) => read.startsWith('head'))).toEqual([])
    expect(reads.filter((read) => read.startsWith('cards'))).toEqual(['cards a#P1', 'cards a#P2'])
  })

  test('filters by labels, by the card where it is enough, by the alerts otherwise', async () => {
    await fire('One', 'P2', ['a', 'b'])
    await fire('Other', 'P2', ['c', 'd'])
    reads = []
    expect(await titles('filter=alertname%3DOne&filter=team%3Dshop')).toEqual(['One'])
    expect(reads.filter((read) => read.startsWith('head'))).toEqual([])
    expect(await titles('filter=pod%3Dd')).toEqual(['Other'])
    expect(await titles('filter=pod%3D~%22a%7Cc%22')).toEqual(['Other', 'One'])
    expect(await get('/api/v1/groups?filter=pod%3Dd')).toMatchObject({ looked: 2 })
    for (const query of [
      'filter=foo',
      'filter=a%3D~%22(%22',
      'level=P9',
      'state=x',
      'sort=x',
      'alerts=51',
      'alerts=x',
    ]) {
      const { status, json } = await api.ask('GET', `/api/v1/groups?${query}`, { key })
      expect([status, json.error.code]).toEqual([400, 'invalid'])
    }
  })

  test('finds a text in names and summaries, of any alert', async () => {
    await fire('HighLatency', 'P2', ['a', 'b'], { summary: '结账 is slow' })
    await fire('Down', 'P2')
    expect(await titles('q=latency')).toEqual(['HighLatency'])
    expect(await titles('q=%E7%BB%93%E8%B4%A6')).toEqual(['HighLatency'])
    expect(await titles('q=nothing')).toEqual([])
  })

  test('with alerts: the first of each group, each with what holds it back now', async () => {
    await fire('Disk', 'P3', ['a', 'b', 'c'])
    const id = await silence({ pod: 'a' })
    const { items } = await get('/api/v1/groups?alerts=2&filter=alertname%3DDisk')
    expect(items[0]).toMatchObject({ moreAlerts: 1, state: 'firing' })
    const shown = await get('/api/v1/groups?alerts=50')
    expect(shown.items[0].alerts.map((one: { labels: { pod: string } }) => one.labels.pod)).toEqual(['b', 'c', 'a'])
    expect(shown.items[0].alerts.at(-1)).toMatchObject({
      ...{ level: 'P3', state: 'held' },
      heldBy: [{ kind: 'silence', id, by: 'jo', comment: 'disks', endsAt: toRfc3339(api.time.now + HOUR) }],
    })
  })

  test('a filter that reads alerts stops after a while, with a cursor', async () => {
    for (let n = 0; n < 5; n++) await fire(`A${n}`, 'P2', ['a', 'b'])
    let elapsed = 0
    api.deps.clock.elapsed = () => (elapsed += 200)
    const first = await get('/api/v1/groups?filter=pod%3Dz')
    expect(first).toMatchObject({ items: [], looked: expect.any(Number), next: expect.any(String) })
    expect(first.looked).toBeLessThan(5)
  })

  test('nothing of another account', async () => {
    await fire('Mine')
    const { json } = await api.ask('GET', '/api/v1/groups', { key: 'b-viewer' })
    expect(json.items).toEqual([])
  })
})

describe('api: GET /api/v1/summary', () => {
  test('counts alerts by level, incidents, silences, and what fails', async () => {
    await silence({ alertname: 'Muted' })
    await fire('Muted', 'P3', ['a', 'b'])
    await fire('Bad', 'P1', ['a', 'b', 'c'])
    await fire('Taken', 'P2')
    await act('Taken', 'claim', 'mei')
    expect(await get('/api/v1/summary')).toEqual({
      at: toRfc3339(api.time.now),
      alerts: { firing: { P1: 3, P2: 1, P3: 0, P4: 0 }, held: 2 },
      incidents: { open: 2, unclaimed: 1 },
      silences: { active: 1, pending: 0, endingWithinHour: 1 },
      deliveries: { failing: 0, refused: 0 },
      integrations: { quiet: [] },
      partial: false,
    })
  })

  test('counts anew for each request of a small account, and less often where counting takes long', async () => {
    await fire('A')
    let [elapsed, step] = [0, 0]
    api.deps.clock.elapsed = () => (elapsed += step)
    const open = async (): Promise<number> => (await get('/api/v1/summary')).incidents.open
    expect(await open()).toBe(1)
    await fire('B')
    expect(await open()).toBe(2)
    step = 100
    expect(await open()).toBe(2)
    await fire('C')
    expect(await open()).toBe(2)
    elapsed += 10_000
    expect(await open()).toBe(3)
  })

  test('a target that fails again and again is counted', async () => {
    await fire('A')
    const { items } = await get('/api/v1/groups')
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { delivery } = JSON.parse(api.due.at(-1)!.body)
      const outcome = { kind: 'refused', at: api.time.now, reason: 'serverError', detail: 'status 503' }
      const about = { v: 1, kind: 'outcome', account: 'a', group: items[0].id, target: 'hook' }
      await api.run([JSON.stringify({ ...about, delivery, attempt, outcome })])
      await api.later(MINUTE, 'a', [items[0].id])
    }
    expect(await get('/api/v1/groups')).toMatchObject({ items: [{ failing: ['hook'] }] })
    expect(await get('/api/v1/summary')).toMatchObject({ deliveries: { failing: 1 } })
  })
})

describe('api: GET /api/v1/labels', () => {
  test('gives names and values with their numbers, the most frequent first', async () => {
    await fire('A', 'P2', ['x', 'y'])
    await fire('B', 'P1', ['x'])
    const { items, looked, partial } = await get('/api/v1/labels')
    expect(items.map(({ name, alerts }: { name: string; alerts: number }) => [name, alerts])).toEqual([
      ...[
        ['alertname', 3],
        ['pod', 3],
        ['severity', 3],
        ['team', 3],
      ],
    ])
    expect(items[0].values).toEqual([
      { value: 'A', alerts: 2 },
      { value: 'B', alerts: 1 },
    ])
    expect([looked, partial]).toEqual([3, false])
    const names = (await get('/api/v1/labels?prefix=p')).items.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['pod'])
    const values = await get('/api/v1/labels?name=pod&prefix=y')
    expect(values.items).toEqual([{ name: 'pod', alerts: 1, values: [{ value: 'y', alerts: 1 }] }])
    expect((await get('/api/v1/labels?name=none')).items).toEqual([])
  })

  test('names of labels may be any text', async () => {
    await api.post('a', [
      {
        labels: Object.fromEntries([
          ['__proto__', 'x'],
          ['constructor', 'y'],
        ]),
      },
    ])
    const { items } = await get('/api/v1/labels')
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['__proto__', 'constructor'])
  })
})
