import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../shared/base/time.ts'
import { temporaryDirectory } from '../fault/host-process.ts'
import { openStage, type Stage } from './stage.ts'

/* A policy that tells 600 people. Seconds count from the start. */

const PEOPLE = Array.from({ length: 600 }, (_, index) => `user-${index}`)
const ALERTS = 20
/** Of a head that is not compressed: a quarter of what the design allows. */
const MOST_BYTES = 16 * 1024

const data = temporaryDirectory()
let stage: Stage
beforeAll(async () => {
  stage = await openStage({ dataDir: data.path })
  const everybody = [{ channel: 'inbox', groups: ['everybody'] }]
  const answer = await stage.api('PUT', '/api/v1/config', {
    users: PEOPLE.map((id) => ({ id, name: id, enabled: true })),
    userGroups: [{ id: 'everybody', name: 'everybody', members: PEOPLE }],
    channels: [{ id: 'inbox', type: 'inbox' }],
    policies: [
      {
        ...{ id: 'everybody', groupBy: [], groupWait: '0s', groupInterval: '30s', repeatInterval: '24h' },
        notify: everybody,
        // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
        escalation: [{ unclaimed: '15m', flow: [{ then: everybody }] }],
      },
    ],
  })
  expect(answer.status).toBe(200)
})
afterAll(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
  data.remove()
})

async function post(endsAt: number): Promise<void> {
  const alerts = Array.from({ length: ALERTS }, (_, index) => ({
    labels: { alertname: 'Down', instance: `host-${index}` },
    startsAt: new Date(stage.start).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
  }))
  expect((await stage.integration('POST', '', alerts)).status).toBe(202)
  await stage.clock.settle()
}

const to = (seconds: number): Promise<void> => stage.clock.advanceTo(stage.start + seconds * SECOND)

/** The texts in the inboxes, each with the number of inboxes that have the text. */
async function inboxes(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const id of PEOPLE) {
    const { items } = (await (await stage.api('GET', `/api/v1/users/${id}/inbox`)).json()) as {
      items: { at: string; status: string }[]
    }
    const words = items.map(({ at, status }) => `${(Date.parse(at) - stage.start) / SECOND} ${status}`).reverse()
    found[words.join(', ')] = (found[words.join(', ')] ?? 0) + 1
  }
  return found
}

/** Bytes of the group's head with the states of its targets, as the table keeps them. */
function headBytes(): number {
  const db = new DatabaseSync(`${data.path}/tocsin.db`, { readOnly: true })
  const found = db.prepare('SELECT sort, length(body) AS bytes FROM items').all() as { sort: string; bytes: number }[]
  db.close()
  const parts = found.filter(({ sort }) => sort === 'head' || sort.startsWith('targets#'))
  expect(parts.length).toBeGreaterThan(0)
  return parts.reduce((sum, { bytes }) => sum + bytes, 0)
}

describe('a policy that tells 600 people', () => {
  test('tells each of them once, and calls each of them once when nobody claims', async () => {
    await post(stage.start + 2 * HOUR)
    expect(headBytes()).toBeLessThan(MOST_BYTES)
    await to(1000)
    expect(headBytes()).toBeLessThan(MOST_BYTES)
    expect(await inboxes()).toEqual({ '0 firing, 900 firing': 600 })
  })

  test('tells each of them the end once, after a claim and with nothing in between', async () => {
    const { items } = (await (await stage.api('GET', '/api/v1/incidents')).json()) as { items: { id: string }[] }
    const claimed = await stage.api('POST', `/api/v1/incidents/${items[0]!.id}/claim`, { by: 'user-7' })
    expect(claimed.status).toBe(202)
    await to(3000)
    await post(stage.clock.now())
    await to(3000 + MINUTE / SECOND)
    expect(headBytes()).toBeLessThan(MOST_BYTES)
    const told = await inboxes()
    expect(Object.keys(told)).toEqual([expect.stringMatching(/^0 firing, 900 firing, 30\d\d resolved$/)])
    expect(Object.values(told)).toEqual([600])
  })
})
