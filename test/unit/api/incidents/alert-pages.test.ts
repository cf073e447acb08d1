import { beforeEach, describe, expect, test } from 'vitest'
import { fingerprint } from '../../../../shared/alert/fingerprint.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, startApi } from '../harness.ts'

const key = 'a-viewer'
let api: Api
/** Every key read, and every page of an index. */
let reads: string[]

const counting = (table: Table): Table => ({
  ...table,
  get(item) {
    reads.push(item.sort)
    return table.get(item)
  },
  list(name, page) {
    reads.push(`list ${name}`)
    return table.list(name, page)
  },
})

beforeEach(async () => {
  reads = []
  api = await startApi(counting)
})

interface Shown {
  fingerprint: string
  labels: Record<string, string>
  updatedAt: string
  groups: { policy: string }[]
}

const policies = (groupBy: string[][], match: object[][] = []) => ({
  policies: groupBy.map((by, index) => ({
    id: `p${index}`,
    groupBy: by,
    ...(match[index] && { match: match[index] }),
  })),
})

async function configure(body: object): Promise<void> {
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
}

async function pages(query = ''): Promise<Shown[][]> {
  const found: Shown[][] = []
  let after = ''
  do {
    const { status, json } = await api.ask('GET', `/api/v1/alerts?${query}${after}`, { key })
    expect(status).toBe(200)
    found.push(json.items)
    after = json.next === undefined ? '' : `&after=${json.next}`
  } while (after !== '')
  return found
}

const many = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ labels: { alertname: 'A', n: `${index}`, ...more } }))

describe('api: pages of alerts', () => {
  test.each([
    ['one group of many', [['alertname']]],
    ['many groups of one', [['...']]],
    ['an alert that is in three groups', [['alertname'], ['...'], ['n']]],
  ])('%s: each alert once, in full pages, and the next page goes on', async (_name, groupBy) => {
    await configure(policies(groupBy))
    await api.post('a', many(250))
    const found = await pages('limit=60')
    expect(found.map((page) => page.length)).toEqual([60, 60, 60, 60, 10])
    const all = found.flat()
    expect(all.map((alert) => alert.fingerprint).sort()).toEqual(
      many(250)
        .map(({ labels }) => fingerprint(labels))
        .sort(),
    )
    const names = groupBy.map((_, index) => `p${index}`)
    for (const { groups } of all) expect(groups.map(({ policy }) => policy)).toEqual(names)
  })

  test('groups come newest first, and in a group the fingerprints ascend', async () => {
    await configure(policies([['team']]))
    for (const team of ['old', 'middle', 'new']) {
      await api.post('a', many(20, { team }))
      api.time.now += 1000
    }
    const [shown = []] = await pages()
    expect(shown.map(({ labels }) => labels.team)).toEqual(
      ['new', 'middle', 'old'].flatMap((team) => Array(20).fill(team)),
    )
    const ofOne = shown.slice(0, 20).map((alert) => alert.fingerprint)
    expect(ofOne).toEqual(ofOne.toSorted())
  })

  test('a page costs about a page, however much the account has', async () => {
    await configure(
      policies([['alertname'], ['n']], [[{ label: 'alertname', value: 'A' }], [{ label: 'alertname', value: 'B' }]]),
    )
    await api.post('a', many(5000))
    api.time.now += 1000
    await api.post(
      'a',
      many(300).map(({ labels }) => ({ labels: { ...labels, alertname: 'B' } })),
    )
    const cost = async (query: string): Promise<{ shown: Shown[]; reads: number; next: string }> => {
      reads = []
      const { json } = await api.ask('GET', `/api/v1/alerts?${query}`, { key })
      return { shown: json.items, reads: reads.length, next: json.next }
    }
    const small = await cost('limit=50')
    expect([small.shown.length, small.shown[0]?.labels.alertname]).toEqual([50, 'B'])
    expect(small.reads).toBeLessThan(100)
    const last = await cost(`limit=300&after=${small.next}`)
    const large = await cost(`limit=50&after=${last.next}`)
    expect([large.shown.length, large.shown[0]?.labels.alertname]).toEqual([50, 'A'])
    // 50 of 5,000 alerts: the head, and the few pages with these fingerprints.
    expect(large.reads).toBeLessThan(20)
  })

  test('of an alert in several groups the newest news count', async () => {
    await configure(policies([['alertname'], ['n']]))
    await api.post('a', many(1))
    api.time.now += 60_000
    await api.post('a', many(1))
    const [[alert] = []] = await pages()
    expect(Date.parse(alert?.updatedAt ?? '')).toBe(api.time.now)
  })

  test('what few match is found in the end, though no request looks through everything', async () => {
    await configure(policies([['alertname']]))
    for (let batch = 0; batch < 6; batch++) await api.post('a', many(1000, { batch: `${batch}` }))
    const found = await pages('filter=n%3D%22999%22')
    expect(found.length).toBeGreaterThan(1)
    expect(found.flat()).toHaveLength(6)
  })

  test('a group that ends between two pages is passed over', async () => {
    await configure(policies([['n']]))
    await api.post('a', many(30))
    const first = await api.ask('GET', '/api/v1/alerts?limit=10', { key })
    const group = first.json.items.at(-1).groups[0].id
    await api.table.remove({ partition: `a#a#g#${group}`, sort: 'head' })
    const rest = await api.ask('GET', `/api/v1/alerts?after=${first.json.next}`, { key })
    expect(rest.json.items).toHaveLength(20)
  })

  test('an alert that waits to be moved to another group is shown where it is', async () => {
    await configure(policies([['alertname']]))
    await api.post('a', many(3))
    await configure(policies([['n'], ['...']]))
    expect((await pages()).flat()).toHaveLength(3)
  })
})
