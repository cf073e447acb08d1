import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** Messages in the words of content templates, and templates that are edited meanwhile. */
let stage: Stage
let hook: Webhook

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
})
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
})

const OLD = '{"old": "{{ alert_name }}"}'
const NEW = '{"new": "{{ alert_name }}"}'
const advance = (seconds: number): Promise<void> => stage.clock.advanceTo(stage.clock.now() + seconds * SECOND)

async function configure(webhook: object): Promise<void> {
  const put = await stage.api('PUT', '/api/v1/config', {
    templates: [{ id: 'short', name: 'Short', webhook }],
    channels: [{ id: 'hook', type: 'webhook', url: hook.url }],
    policies: [
      {
        ...{ id: 'all', template: 'short', groupBy: [], groupWait: '1s', groupInterval: '30s' },
        notify: [{ channel: 'hook' }],
      },
    ],
  })
  expect([put.status, put.status === 200 ? '' : await put.text()]).toEqual([200, ''])
  await advance(1)
}

async function edit(content: string, mode = 'batch'): Promise<void> {
  const body = { name: 'Short', webhook: { mode, content } }
  expect((await stage.api('PUT', '/api/v1/templates/short', body)).status).toBe(200)
}

async function post(...alertnames: string[]): Promise<void> {
  const endsAt = new Date(stage.clock.now() + 10 * HOUR).toISOString()
  const alerts = alertnames.map((alertname) => ({ labels: { alertname }, endsAt }))
  expect((await stage.integration('POST', '', alerts)).status).toBe(202)
  await advance(2)
}

const bodies = (): unknown[] => hook.received.map(({ body }) => body)

/** What was told, and whether under one of the ids. */
const told = (ids: ReadonlySet<string>): unknown[] =>
  hook.received.map(({ body, headers }) => [body, ids.has(headers['webhook-id'] ?? '')])

describe('a template that is edited', () => {
  test('restarts no timer: what was told is told again when it is time', async () => {
    await configure({ mode: 'batch', content: OLD })
    await post('A')
    await edit(NEW)
    await advance(3 * 3600)
    expect(bodies()).toEqual([[{ old: 'A' }]])
    await post('B')
    await advance(60)
    expect(bodies()[1]).toEqual([{ new: 'A' }, { new: 'B' }])
  })

  test('never changes what an id says: a message that is tried again has its words, or another id', async () => {
    await configure({ mode: 'batch', content: OLD })
    hook.behave({ status: [[stage.clock.now() + 60 * SECOND, 503]] })
    await post('A')
    await advance(20)
    const refused = new Set(hook.attempted)
    expect(refused.size).toBe(1)
    await edit(NEW)
    await advance(120)
    expect(told(refused)).toEqual([[[{ new: 'A' }], false]])
  })

  test('and edited back is the same message again, under the same id', async () => {
    await configure({ mode: 'batch', content: OLD })
    hook.behave({ status: [[stage.clock.now() + 60 * SECOND, 503]] })
    await post('A')
    await advance(20)
    const refused = new Set(hook.attempted)
    await edit(NEW)
    await edit(OLD)
    await advance(120)
    expect(told(refused)).toEqual([[[{ old: 'A' }], true]])
  })
})

describe('a template', () => {
  test('in the mode single tells each alert by itself, once, and a new alert alone', async () => {
    await configure({ mode: 'single', content: '{"one": "{{ alert_name }}"}' })
    const names = Array.from({ length: 45 }, (_, index) => `A${index + 10}`)
    await post(...names)
    await advance(120)
    expect(bodies()).toHaveLength(45)
    expect(new Set(bodies().map((body) => (body as { one: string }).one))).toEqual(new Set(names))
    expect(new Set(hook.attempted).size).toBe(45)
    await post('B')
    await advance(60)
    expect(bodies().slice(45)).toEqual([{ one: 'B' }])
  })

  test('that fails with these alerts leaves the built-in text, and says so in the timeline', async () => {
    await configure({ mode: 'batch', content: '{"one": {{ 1 / (alert_name | length - 1) }}}' })
    await post('A')
    const note = 'Template short could not be used: content, line 1, column 11: cannot divide by zero'
    expect(bodies()).toEqual([expect.objectContaining({ version: '4', note })])
    const { items } = (await (await stage.api('GET', '/api/v1/incidents')).json()) as { items: { id: string }[] }
    const incident = await (await stage.api('GET', `/api/v1/incidents/${items[0]?.id}`)).json()
    expect(JSON.stringify(incident)).toContain(note)
  })
})
