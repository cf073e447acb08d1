import { readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { writeJson } from './json-lines.ts'
import { at, post } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

/*
 * The examples of docs/events.md, each of them an event received by a bus. The page is a snapshot of this test: `npx
 * vitest run test/flow/event-examples.test.ts -u` writes the examples again.
 */

const PAGE = new URL('../../docs/events.md', import.meta.url)
const STALE = 'docs/events.md shows other events than are sent: npx vitest run test/flow/event-examples.test.ts -u'

let stage: Stage
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

interface Event {
  id: string
  type: string
  data: Record<string, unknown>
}

/** Two incidents: the first closed by a person, the second ended by itself. */
async function play(): Promise<Event[]> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  const bus = await stage.webhook()
  const channels = [
    {
      ...{ id: 'bus', type: 'cloudevents', url: bus.url, eventBus: 'on-call', region: 'cn-hangzhou' },
      ...{ accountId: '1100000000000001', publishAddress: '203.0.113.7', timeZone: 'Asia/Shanghai' },
    },
  ]
  const timing = { groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s' }
  const policies = [{ id: 'databases', name: 'Databases & caches', owner: 'storage', ...timing, lifecycle: ['bus'] }]
  expect((await stage.api('PUT', '/api/v1/config', { channels, policies })).status).toBe(200)
  await post(stage, SECOND, { endsAt: at(stage, 10 * MINUTE) })
  await act(20 * SECOND, 'claim', { by: 'mei' })
  await act(40 * SECOND, 'comment', { by: 'jo', comment: 'logs were not rotated' })
  await act(55 * SECOND, 'close', { by: 'jo', solution: 'logs are rotated now' })
  await post(stage, 2 * MINUTE, { endsAt: at(stage, 2 * MINUTE) })
  await post(stage, 4 * MINUTE, { startsAt: at(stage, 4 * MINUTE), endsAt: at(stage, 10 * MINUTE) })
  await act(5 * MINUTE, 'assign', { by: 'jo', to: 'mei' })
  await post(stage, 6 * MINUTE, { endsAt: at(stage, 6 * MINUTE) })
  await stage.clock.advanceTo(stage.start + 20 * MINUTE)
  return bus.received.map(({ body }) => body as Event)
}

/** The key gives claims and comments the same ids at every run. */
async function act(when: Millis, action: string, body: object): Promise<void> {
  await stage.clock.advanceTo(stage.start + when)
  const { items } = (await (await stage.api('GET', '/api/v1/incidents')).json()) as { items: { id: string }[] }
  const answer = await stage.api('POST', `/api/v1/incidents/${items[0]?.id}/${action}`, body, undefined, {
    'idempotency-key': action,
  })
  expect(answer.status).toBe(202)
  await stage.clock.settle()
}

/** The part of an event about people, without the alerts. */
function ofPeople({ type, id, data }: Event): object {
  const { data: _alerts, ...people } = data
  return { type, id, data: people }
}

test('docs/events.md shows every event as a bus received the event', async () => {
  const events = await play()
  expect(events.map(({ type }) => type.split(':').at(-1))).toEqual([
    ...['create', 'claim', 'comment', 'close'],
    ...['create', 'claim', 'close'],
  ])
  const [create, claim, comment, close, , assigned, ended] = events
  const examples = new Map<string, object>([
    ...Object.entries({ create, claim, comment, close } as Record<string, Event>),
    ['assigned', ofPeople(assigned!)],
    ['ended', ofPeople(ended!)],
  ])
  const shown: string[] = []
  const page = readFileSync(PAGE, 'utf8').replace(/^```json run (\w+)\n[^`]*^```$/gm, (_block, name: string) => {
    shown.push(name)
    return `\`\`\`json run ${name}\n${writeJson(examples.get(name))}\n\`\`\``
  })
  expect(shown).toEqual([...examples.keys()])
  await expect(page, STALE).toMatchFileSnapshot(PAGE.pathname)
})
