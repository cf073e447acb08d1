import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** `here`: alerts come in and are forwarded; `there`: the account that collects the alerts. */
let here: Stage
let there: Awaited<ReturnType<Stage['neighbour']>>
let hook: Webhook
let start: Millis

beforeEach(async () => {
  here = await openStage()
  there = await here.neighbour()
  hook = await here.webhook()
  start = here.start
  const integrations = [{ id: 'from-here', type: 'arms', name: 'From here', autoRecoverAfter: '5m' }]
  const channels = [{ id: 'hook', type: 'webhook', url: hook.url }]
  const timing = { groupWait: '0s', groupInterval: '30s', repeatInterval: '4h', groupBy: ['...'] }
  const policies = [{ id: 'all', ...timing, notify: [{ channel: 'hook' }] }]
  await put(there, '/api/v1/config', { integrations, channels, policies })
})
afterEach(async () => {
  expect(here.logged).toEqual([])
  await here.close()
})

async function put(to: Pick<Stage, 'api'>, path: string, body: object): Promise<void> {
  const answer = await to.api('PUT', path, body)
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
}

async function urlOf(to: Pick<Stage, 'api'>, integration: string): Promise<string> {
  const answer = await to.api('GET', `/api/v1/integrations/${integration}`)
  return ((await answer.json()) as { url: string }).url
}

async function forwardAll(): Promise<void> {
  await put(here, '/api/v1/forwarding', { url: await urlOf(there, 'from-here'), sources: 'all' })
}

async function fire(name: string, endsAt?: Millis): Promise<void> {
  const alert = { labels: { alertname: name, severity: 'error' }, startsAt: new Date(here.clock.now()).toISOString() }
  const ends = endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }
  expect((await here.integration('POST', '', [{ ...alert, ...ends }])).status).toBe(202)
}

/** Notifications in the receiving account: `at seconds status names`. */
function told(): string[] {
  return hook.received.map(({ at, body }) => {
    const { status, alerts } = body as { status: string; alerts: { labels: Record<string, string> }[] }
    return `${(at - start) / SECOND} ${status} ${alerts.map(({ labels }) => labels.alertname).join()}`
  })
}

describe('forwarding', () => {
  test('forwards an alert at once, as the same alert, and its end too', async () => {
    await forwardAll()
    await fire('Down', start + HOUR)
    await here.clock.settle()
    expect(told()).toEqual(['0 firing Down'])
    const [alert] = (hook.received[0]!.body as { alerts: object[] }).alerts
    expect(alert).toMatchObject({
      labels: { alertname: 'Down', severity: 'error' },
      startsAt: new Date(start).toISOString(),
    })
    await here.clock.advanceTo(start + MINUTE)
    await fire('Down', here.clock.now())
    await here.clock.advanceTo(start + 3 * MINUTE)
    expect(told()).toEqual(['0 firing Down', expect.stringMatching(/ resolved Down$/)])
  })

  test('an alert without an end is repeated while it fires, and then recovers by itself at the receiver', async () => {
    await forwardAll()
    await fire('Quiet')
    // The alert lives five minutes here, and the receiving account hears of the alert as long.
    await here.clock.advanceTo(start + 20 * MINUTE)
    const [first, second, ...more] = told()
    expect([first, more]).toEqual(['0 firing Quiet', []])
    const resolvedAt = Number(second?.split(' ')[0])
    expect(resolvedAt).toBeGreaterThan(5 * 60)
    expect(resolvedAt).toBeLessThan(11 * 60)
  })

  test('a receiver that was down gets the newest state afterwards, once', async () => {
    await forwardAll()
    const url = await urlOf(there, 'from-here')
    await put(there, '/api/v1/config', {
      integrations: [{ id: 'from-here', type: 'arms', name: 'From here', autoRecoverAfter: '5m', paused: true }],
    })
    expect(await urlOf(there, 'from-here')).toBe(url)
    await fire('Gone', start + 23 * HOUR)
    await fire('Stays', start + 48 * HOUR)
    await here.clock.advanceTo(start + 5 * MINUTE)
    await fire('Gone', here.clock.now())
    await here.clock.advanceTo(start + 10 * MINUTE)
    expect(told()).toEqual([])
    await put(there, '/api/v1/config', {
      integrations: [{ id: 'from-here', type: 'arms', name: 'From here', autoRecoverAfter: '5m' }],
    })
    await here.clock.advanceTo(start + HOUR)
    expect(told().map((line) => line.replace(/^\S+ /, ''))).toEqual(['firing Stays'])
  })

  test('a stop ends all forwards', async () => {
    await forwardAll()
    await fire('Before', start + HOUR)
    await here.clock.settle()
    expect((await here.api('DELETE', '/api/v1/forwarding')).status).toBe(200)
    expect((await here.api('GET', '/api/v1/forwarding')).status).toBe(404)
    await fire('After', start + HOUR)
    await here.clock.advanceTo(start + 5 * MINUTE)
    expect(told()).toEqual(['0 firing Before'])
  })

  test('alerts from before the start of forwarding are forwarded at the start', async () => {
    await fire('Early', start + HOUR)
    await here.clock.advanceTo(start + MINUTE)
    await forwardAll()
    await here.clock.advanceTo(start + 5 * MINUTE)
    expect(told()).toEqual([expect.stringMatching(/ firing Early$/)])
  })

  test('two accounts that forward everything to each other come to rest', async () => {
    await forwardAll()
    await put(here, '/api/v1/config', { integrations: [{ id: 'from-there', type: 'arms', name: 'From there' }] })
    await put(there, '/api/v1/forwarding', { url: await urlOf(here, 'from-there'), sources: 'all' })
    await fire('Ping', start + 10 * MINUTE)
    await here.clock.advanceTo(start + 30 * MINUTE)
    expect(told().map((line) => line.replace(/^\S+ /, ''))).toEqual(['firing Ping', 'resolved Ping'])
    const alerts = (await (await here.api('GET', '/api/v1/alerts')).json()) as { items: unknown[] }
    expect(alerts.items).toEqual([])
  })

  test('by default, alerts of integrations are not forwarded', async () => {
    await put(here, '/api/v1/forwarding', { url: await urlOf(there, 'from-here') })
    await fire('Theirs', start + HOUR)
    await here.clock.advanceTo(start + MINUTE)
    expect(told()).toEqual([])
  })

  test("alerts of the account's own rules are forwarded, with the account and the rule as their origin", async () => {
    await put(here, '/api/v1/config', {
      integrations: [{ id: 'trail', type: 'actiontrail' }],
      rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change' }],
      forwarding: { url: await urlOf(there, 'from-here') },
    })
    const record = {
      eventId: 'e-1',
      eventTime: new Date(start).toISOString(),
      serviceName: 'Vpc',
      eventName: 'CreateRouteEntry',
      userIdentity: { accountId: '1', principalId: '2', type: 'root-account' },
    }
    const trail = new URL(await urlOf(here, 'trail')).pathname
    const posted = await fetch(new URL(trail, here.host().url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(record),
    })
    expect([posted.status, await posted.text()]).toEqual([202, '{"accepted":1}'])
    await fire('Theirs', start + HOUR)
    await here.clock.advanceTo(start + MINUTE)
    expect(told()).toEqual(['0 firing VPC Network Route Change Alert'])
    const { items } = (await (await there.api('GET', '/api/v1/alerts')).json()) as { items: { labels: object }[] }
    expect(items.map(({ labels }) => labels)).toEqual([expect.objectContaining({ rule: 'routes' })])
    // No further message about the alert: the alert recovers here and in the receiving account.
    await here.clock.advanceTo(start + 20 * MINUTE)
    expect(told().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'firing VPC Network Route Change Alert',
      'resolved VPC Network Route Change Alert',
    ])
  })

  test('the URL is never shown, and a masked URL put back keeps the stored URL', async () => {
    await forwardAll()
    const shown = (await (await here.api('GET', '/api/v1/forwarding')).json()) as object
    expect(shown).toEqual({ url: '<secret>', sources: 'all' })
    await put(here, '/api/v1/forwarding', { ...shown, sources: 'all' })
    await fire('Kept', start + HOUR)
    await here.clock.settle()
    expect(told()).toEqual(['0 firing Kept'])
  })

  test.each([
    ['no URL', {}, 200, undefined],
    ['not a URL', { url: 'nowhere' }, 422, 'forwarding.url'],
    ['a URL of something else', { url: 'https://example.com/hook' }, 422, 'forwarding.url'],
    ['<secret> with nothing stored', { url: '<secret>' }, 422, 'forwarding.url'],
    ['other sources', { url: 'https://example.com/i/token', sources: 'some' }, 422, 'forwarding.sources'],
    ['an unknown key', { url: 'https://example.com/i/token', every: 'day' }, 422, 'forwarding'],
  ])('%s', async (_, body, status, path) => {
    const answer = await here.api('PUT', '/api/v1/forwarding', body)
    expect(answer.status).toBe(status)
    if (path === undefined) return
    const { error } = (await answer.json()) as { error: { details: { path: string }[] } }
    expect(error.details[0]?.path).toContain(path)
  })
})
