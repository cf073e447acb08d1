import { beforeEach, expect, test } from 'vitest'
import { SECOND } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'

/* Targets that are told the same share an entry of the log; users see an entry for each target. */

const CHANNELS = Array.from({ length: 30 }, (_, index) => `hook-${index}`)
const [hook] = CONFIG.channels
const MANY = {
  ...CONFIG,
  channels: CHANNELS.map((id) => ({ ...hook!, id })),
  policies: [{ ...CONFIG.policies[0]!, notify: CHANNELS.map((channel) => ({ channel })) }],
}

interface Shown {
  kind: string
  target?: string
  delivery?: string
}

let api: Api
let id: string
let deliveries: Map<string, string>

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: MANY })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'A' } }])
  const [group] = (await ask('/api/v1/alerts')).items[0].groups
  await api.later(5 * SECOND, 'a', [group.id])
  const found = (await ask('/api/v1/deliveries?limit=100')).items as { id: string; target: string }[]
  deliveries = new Map(found.map(({ id, target }) => [target, id]))
  id = (await ask('/api/v1/incidents')).items[0].id
})

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function ask(path: string): Promise<any> {
  const { status, json } = await api.ask('GET', path, { key: 'a-viewer' })
  expect(status).toBe(200)
  return json
}

test.each([1, 7, 30, 100])('the timeline has an entry for each target, in pages of %d', async (limit) => {
  const seen: Shown[] = []
  let after = ''
  do {
    const { timeline, timelineNext } = await ask(`/api/v1/incidents/${id}?limit=${limit}${after}`)
    expect(timeline.length).toBeLessThanOrEqual(limit)
    seen.push(...timeline)
    after = timelineNext === undefined ? '' : `&after=${timelineNext}`
  } while (after !== '')
  const telling = seen.filter(({ kind }) => kind === 'telling')
  expect(seen).toHaveLength(1 + CHANNELS.length)
  expect(new Map(telling.map(({ target, delivery }) => [target, delivery]))).toEqual(deliveries)
  for (const entry of seen) expect(entry).not.toHaveProperty('targets')
})

test('explain has the last word about each target, and about one', async () => {
  const { why } = (await ask(`/api/v1/incidents/${id}/explain`)) as { why: Shown[] }
  expect(new Map(why.map(({ target, delivery }) => [target, delivery]))).toEqual(deliveries)
  const one = await ask(`/api/v1/incidents/${id}/explain?target=hook-7`)
  expect(one.why).toMatchObject([{ kind: 'telling', target: 'hook-7', delivery: deliveries.get('hook-7') }])
})
