import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** `here`: every alert that comes in is forwarded. */
let here: Stage
let start: Millis

beforeEach(async () => {
  here = await openStage()
  start = here.start
})
afterEach(async () => {
  expect(here.logged).toEqual([])
  await here.close()
})

// biome-ignore lint/suspicious/noExplicitAny: tests look at answers field by field.
async function ask(of: Pick<Stage, 'api'>, method: string, path: string, body?: object): Promise<any> {
  const answer = await of.api(method, path, body)
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
  return await answer.json()
}

const status = () => ask(here, 'GET', '/api/v1/forwarding/status')
const tryOut = () => ask(here, 'POST', '/api/v1/forwarding/test')
const forwardTo = (url: string, sources = 'all') => ask(here, 'PUT', '/api/v1/forwarding', { url, sources })
/** The URL of an integration, played by a webhook. */
const played = (hook: Webhook): string => `http://127.0.0.1:${hook.port}/i/tsn_played`
const iso = (seconds: number): string => new Date(start + seconds * SECOND).toISOString()

async function fire(name: string, endsAt: Millis): Promise<void> {
  const times = { startsAt: new Date(here.clock.now()).toISOString(), endsAt: new Date(endsAt).toISOString() }
  const alert = { labels: { alertname: name, severity: 'error' }, ...times }
  expect((await here.integration('POST', '', [alert])).status).toBe(202)
}

describe('the status of forwarding', () => {
  test('nothing is owed after an arrival, and the last arrival is known even when every alert is over', async () => {
    const hook = await here.webhook()
    await forwardTo(played(hook))
    expect(await status()).toEqual({ state: 'working', owed: 0, failures: [] })
    await fire('Down', start + 10 * MINUTE)
    await here.clock.settle()
    expect(await status()).toEqual({ state: 'working', owed: 0, failures: [], lastSuccessAt: iso(0) })
    await here.clock.advanceTo(start + 2 * HOUR)
    const { lastSuccessAt, ...rest } = await status()
    expect(rest).toEqual({ state: 'working', owed: 0, failures: [] })
    expect(Date.parse(lastSuccessAt) - start).toBeGreaterThanOrEqual(10 * MINUTE)
    expect(Date.parse(lastSuccessAt) - start).toBeLessThan(12 * MINUTE)
  })

  test('refused alerts are owed since the first failure, with the reasons of the last attempts', async () => {
    const hook = await here.webhook({ status: [[start + HOUR, 503]] })
    await forwardTo(played(hook))
    await fire('A', start + 5 * HOUR)
    await fire('B', start + 5 * HOUR)
    await here.clock.advanceTo(start + 10 * MINUTE)
    const failing = await status()
    expect(failing).toMatchObject({ state: 'failing', owed: 2, owedSince: iso(0) })
    expect(failing.lastSuccessAt).toBeUndefined()
    expect(failing.failures).toHaveLength(2)
    const [failure] = failing.failures
    expect(failure).toEqual({
      at: expect.any(String),
      kind: 'refused',
      reason: 'serverError',
      detail: '127.0.0.1: status 503',
      delivery: expect.stringMatching(/^[0-9a-f]{32}-[0-9a-f]{24}$/),
    })
    const { items } = await ask(here, 'GET', '/api/v1/deliveries')
    expect(items.map(({ id }: { id: string }) => id)).toContain(failure.delivery)
    await here.clock.advanceTo(start + 3 * HOUR)
    expect(await status()).toMatchObject({ state: 'working', owed: 0, lastSuccessAt: expect.any(String) })
  })

  test('a receiver that answers 410 pauses forwarding, with the reason', async () => {
    const hook = await here.webhook({ status: [[start + 10 * DAY, 410]] })
    await forwardTo(played(hook))
    await fire('A', start + 5 * HOUR)
    await here.clock.advanceTo(start + MINUTE)
    expect(await status()).toEqual({
      state: 'paused',
      owed: 1,
      owedSince: iso(0),
      failures: [expect.objectContaining({ kind: 'dead', reason: 'gone' })],
      paused: { since: iso(0), reason: 'the target said it is gone (410)', why: { code: 'target-gone' }, groups: 1 },
    })
  })

  test('ignores notifications of channels', async () => {
    const hook = await here.webhook({ status: [[start + DAY, 500]] })
    const channels = [{ id: 'hook', type: 'webhook', url: hook.url }]
    const policies = [{ id: 'all', groupWait: '0s', notify: [{ channel: 'hook' }] }]
    await ask(here, 'PUT', '/api/v1/config', { channels, policies })
    await forwardTo(played(hook), 'own')
    await fire('A', start + HOUR)
    await here.clock.advanceTo(start + MINUTE)
    expect(await status()).toEqual({ state: 'working', owed: 0, failures: [] })
  })

  test('alerts that came through a third account count too', async () => {
    const there = await here.neighbour()
    const hook = await here.webhook({ status: [[start + HOUR, 500]] })
    await ask(here, 'PUT', '/api/v1/config', { integrations: [{ id: 'from-there', type: 'arms' }] })
    const { url } = await ask(here, 'GET', '/api/v1/integrations/from-there')
    await ask(there, 'PUT', '/api/v1/forwarding', { url, sources: 'all' })
    await forwardTo(played(hook))
    const made = await ask(there, 'GET', '/api/v1/integrations/default')
    const alerts = [{ labels: { alertname: 'Far' }, endsAt: new Date(start + HOUR).toISOString() }]
    const headers = { 'content-type': 'application/json' }
    await fetch(made.url, { method: 'POST', headers, body: JSON.stringify(alerts) })
    await here.clock.advanceTo(start + MINUTE)
    expect(await status()).toMatchObject({ state: 'failing', owed: 1 })
  })

  test('is 404 without forwarding', async () => {
    expect((await here.api('GET', '/api/v1/forwarding/status')).status).toBe(404)
    expect((await here.api('POST', '/api/v1/forwarding/test')).status).toBe(404)
  })
})

describe('a test of forwarding', () => {
  test('calls an integration of type arms, which stores nothing, counts nothing and notifies no channel', async () => {
    const there = await here.neighbour()
    await ask(there, 'PUT', '/api/v1/config', { integrations: [{ id: 'from-here', type: 'arms' }] })
    const { url } = await ask(there, 'GET', '/api/v1/integrations/from-here')
    await forwardTo(url, 'own')
    expect(await tryOut()).toEqual({ ok: true, status: 202, tookMs: 0 })
    await here.clock.advanceTo(start + MINUTE)
    expect((await ask(there, 'GET', '/api/v1/alerts')).items).toEqual([])
    expect((await ask(there, 'GET', '/api/v1/deliveries?state=refused')).items).toEqual([])
    const { statistics } = await ask(there, 'GET', '/api/v1/integrations/from-here')
    expect(statistics).toEqual({ events: 0, failures: 0 })
    expect((await ask(here, 'GET', '/api/v1/deliveries')).items).toEqual([])
  })

  test('is one signed request without an alert', async () => {
    const hook = await here.webhook({ status: [[start + HOUR, 503]] })
    await forwardTo(played(hook))
    const { ok, ...rest } = await tryOut()
    expect([ok, rest]).toEqual([
      false,
      { status: 503, tookMs: 0, reason: 'serverError', detail: '127.0.0.1: status 503' },
    ])
    expect(hook.attempts).toHaveLength(1)
    hook.behave({})
    await tryOut()
    const { headers, body } = hook.received[0]!
    expect(body).toEqual({ v: 1, type: 'tocsin.forward', hops: [expect.stringMatching(/^default~/)], alerts: [] })
    expect(headers['webhook-signature']).toMatch(/^v1,/)
  })

  test('names the problem', async () => {
    const there = await here.neighbour()
    const integrations = (paused: boolean) => [
      { id: 'from-here', type: 'arms', paused },
      { id: 'nas', type: 'custom', custom: {} },
    ]
    await ask(there, 'PUT', '/api/v1/config', { integrations: integrations(true) })
    const { url } = await ask(there, 'GET', '/api/v1/integrations/from-here')
    await forwardTo(url)
    expect(await tryOut()).toMatchObject({ ok: false, status: 403, detail: expect.stringContaining('paused') })
    await ask(there, 'PUT', '/api/v1/config', { integrations: integrations(false) })
    expect(await tryOut()).toMatchObject({ ok: true })
    await ask(there, 'POST', '/api/v1/integrations/from-here/rotate', { overlap: '0s' })
    expect(await tryOut()).toMatchObject({ ok: false, status: 401, detail: expect.stringContaining('rotated') })
    await forwardTo((await ask(there, 'GET', '/api/v1/integrations/nas')).url)
    expect(await tryOut()).toMatchObject({ ok: false, status: 202, detail: expect.stringContaining('of type arms') })
    const hook = await here.webhook()
    await forwardTo(played(hook))
    await hook.stop()
    expect(await tryOut()).toMatchObject({ ok: false, reason: 'connection' })
    await forwardTo('http://10.0.0.1/i/tsn_x')
    expect(await tryOut()).toEqual({
      ok: false,
      tookMs: 0,
      reason: 'forbiddenTarget',
      detail: expect.stringMatching(/^10\.0\.0\.1 is not a public address/),
    })
  })

  test('is given up after 20 seconds', async () => {
    const hook = await here.webhook({ hangUntil: start + HOUR, hangMs: HOUR })
    await forwardTo(played(hook))
    const asked = tryOut()
    while (hook.hanging() === 0) await new Promise((soon) => setImmediate(soon))
    await here.clock.advanceTo(start + 21 * SECOND)
    expect(await asked).toEqual({
      ok: false,
      tookMs: 20 * SECOND,
      reason: 'timeout',
      detail: '127.0.0.1: no answer in time',
    })
  })
})
