import { beforeAll, describe, expect, test } from 'vitest'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

/* The cost of the page of alerts, counted by its reads: how large an account is, and whether there is news. */

const GROUPS = 25
/** The number of read units that a poll without news may cost on DynamoDB. */
const POLL_UNITS = 12

interface Reads {
  calls: number
  /** Texts of items and cards. */
  bytes: number
  /** As DynamoDB bills: 4 KiB each, half of it for an index, which is read without strong consistency. */
  units: number
}

/** A table that counts what is read through it. */
function countedTable(table: Table, reads: Reads): Table {
  const note = (texts: readonly string[], price: number): void => {
    // Keys and names of attributes.
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 200, 0)
    reads.calls++
    reads.bytes += bytes
    reads.units += Math.max(1, Math.ceil(bytes / 4096)) * price
  }
  return {
    ...table,
    async get(key) {
      const item = await table.get(key)
      note(item === undefined ? [] : [item.body], 1)
      return item
    },
    async query(...asked) {
      const found = await table.query(...asked)
      note(
        found.items.map(({ body }) => body),
        1,
      )
      return found
    },
    async list(...asked) {
      const found = await table.list(...asked)
      note(
        found.keys.map(() => ''),
        0.5,
      )
      return found
    },
    async cards(...asked) {
      const found = await table.cards(...asked)
      note(
        found.cards.map(({ text }) => text),
        0.5,
      )
      return found
    },
  }
}

interface Account {
  api: Api
  browser: Browser
  /** What a request reads. */
  cost(path: string, headers?: Record<string, string>): Promise<Reads & { status: number; text: string; tag: string }>
}

/** An account whose alerts lie in so many groups. */
async function accountWith({ groups, each }: { groups: number; each: number }): Promise<Account> {
  const reads: Reads = { calls: 0, bytes: 0, units: 0 }
  const api = await startApi((table) => countedTable(table, reads))
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  const { text } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })
  expect(text).toContain('revision')
  for (let group = 0; group < groups; group++) {
    const alerts = Array.from({ length: each }, (_, pod) => ({
      labels: { alertname: `HighLatency${group}`, severity: 'critical', pod: `checkout-${pod}` },
      annotations: {
        summary: `p99 above 2 s on checkout-${pod}`,
        description: 'Look at the database first. '.repeat(4),
      },
    }))
    await api.post('a', alerts)
  }
  const browser = openBrowser(api)
  await browser.signIn('a-viewer')
  return {
    api,
    browser,
    cost: async (path, headers = {}) => {
      Object.assign(reads, { calls: 0, bytes: 0, units: 0 })
      const { status, text, headers: got } = await browser.visit(path, { headers })
      return { ...reads, status, text, tag: got.get('hx-ptag') ?? '' }
    },
  }
}

/** What the list of alerts reads. The numbers of an account are kept for a while, and every page shows them. */
async function listCost({ cost }: Account): Promise<Awaited<ReturnType<Account['cost']>>> {
  const [whole, numbers] = [await cost('/?part=live'), await cost('/settings')]
  return { ...whole, calls: whole.calls - numbers.calls, bytes: whole.bytes - numbers.bytes }
}

describe('the page of alerts', () => {
  let few: Account
  beforeAll(async () => {
    few = await accountWith({ groups: GROUPS, each: 4 })
  })

  test.each([
    ['in large groups', { groups: GROUPS, each: 400 }],
    ['in many groups', { groups: 40 * GROUPS, each: 4 }],
  ])(
    'reads at most half as much again among many times the alerts, %s',
    async (_, size) => {
      const many = await accountWith(size)
      const [page, larger] = [await listCost(few), await listCost(many)]
      for (const { text } of [page, larger]) expect(text.match(/<article /g)).toHaveLength(GROUPS)
      expect(larger.calls).toBeLessThanOrEqual(1.5 * page.calls)
      expect(larger.bytes).toBeLessThanOrEqual(1.5 * page.bytes)
    },
    60_000,
  )

  test('asks for news at a fraction of its cost, whatever there is to show', async () => {
    const whole = await few.cost('/')
    const { tag } = await few.cost('/?part=live')
    const poll = await few.cost('/?part=live', { 'hx-request': 'true', 'hx-ptag': tag })
    expect([poll.status, poll.text]).toEqual([304, ''])
    expect(poll.calls).toBeLessThanOrEqual(0.3 * whole.calls)
    expect(poll.bytes).toBeLessThanOrEqual(0.3 * whole.bytes)
    expect(poll.units).toBeLessThanOrEqual(POLL_UNITS)
  })

  test.each(['/incidents', '/silences'])('%s asks for news for a few units', async (path) => {
    const { tag } = await few.cost(`${path}?part=live`)
    const poll = await few.cost(`${path}?part=live`, { 'hx-request': 'true', 'hx-ptag': tag })
    expect([path, poll.status, poll.units <= POLL_UNITS]).toEqual([path, 304, true])
  })
})

describe('the page of an incident with 10,000 alerts', () => {
  test('is as small as others, and asks for news without a look at the alerts', async () => {
    const { api, cost } = await accountWith({ groups: 1, each: 10_000 })
    const { items } = (await api.ask('GET', '/api/v1/groups', { key: 'a-viewer' })).json
    const path = `/incidents/${items[0].incident}`
    const whole = await cost(path)
    expect([whole.status, whole.text.match(/<li class="row/g)?.length, whole.text.length < 100_000]).toEqual([
      200,
      50,
      true,
    ])
    const { tag } = await cost(`${path}?part=live`)
    const poll = await cost(`${path}?part=live`, { 'hx-request': 'true', 'hx-ptag': tag })
    expect([poll.status, poll.text, poll.units <= POLL_UNITS]).toEqual([304, '', true])
    await api.post('a', [{ labels: { alertname: 'HighLatency0', severity: 'critical', pod: 'another' } }])
    const news = await cost(`${path}?part=live`, { 'hx-request': 'true', 'hx-ptag': tag })
    expect([news.status, news.text.includes('10001')]).toEqual([200, true])
    // A page of all alerts reads the rows of the group, and the texts of the page.
    const page = await cost(`${path}/alerts`)
    expect(page.text.match(/<li class="row/g)).toHaveLength(50)
    expect(page.bytes).toBeLessThan(0.6 * whole.bytes)
  }, 60_000)
})
