import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/base/time.ts'
import type { Webhook } from '../fakes/webhook.ts'
import { openStage, type Stage } from './stage.ts'

/** One policy with a group for each `alertname`. */
let stage: Stage
let hook: Webhook

beforeEach(async () => {
  stage = await openStage()
  hook = await stage.webhook()
  await configure({})
})
afterEach(async () => {
  // A step is logged; nothing else is.
  expect(stage.logged.filter((line) => !line.includes('the clock was set'))).toEqual([])
  await stage.close()
})

async function configure(timing: object): Promise<void> {
  const policy = { groupWait: '0s', groupInterval: '5m', repeatInterval: '4h', ...timing }
  const answer = await stage.api('PUT', '/api/v1/config', {
    channels: [{ id: 'hook', type: 'webhook', url: hook.url }],
    policies: [{ id: 'all', groupBy: ['alertname'], ...policy, notify: [{ channel: 'hook' }] }],
  })
  expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
}

async function post(alertname: string, more: object = {}): Promise<void> {
  expect((await stage.integration('POST', '', [{ labels: { alertname }, ...more }])).status).toBe(202)
}

const wait = (ms: number) => stage.clock.advanceTo(stage.clock.now() + ms)

/** `status alertname` of each message, in order. */
const told = (): string[] =>
  hook.received.map(({ body }) => {
    const { status, alerts } = body as { status: string; alerts: { labels: { alertname: string } }[] }
    return `${status} ${alerts.map(({ labels }) => labels.alertname).join()}`
  })

const STEPS = [SECOND, 40 * SECOND, 10 * MINUTE, HOUR, DAY, 400 * DAY].flatMap((ms) => [-ms, ms])

describe.each(STEPS.map((ms) => [`${ms < 0 ? 'back' : 'forward'} by ${Math.abs(ms) / SECOND} s`, ms]))(
  'a clock that is set %s',
  (_what, byMs) => {
    test('does not delay what comes afterwards', async () => {
      await post('Before')
      await wait(2 * SECOND)
      stage.clock.step(byMs as number)
      await post('After')
      await wait(SECOND)
      expect(told()).toContain('firing After')
    })

    test('does not delay what comes afterwards while a message waits', async () => {
      await configure({ groupWait: '30s' })
      await post('Waits')
      await wait(2 * SECOND)
      await configure({})
      stage.clock.step(byMs as number)
      await post('After')
      await wait(SECOND)
      expect(told()).toContain('firing After')
    })
  },
)

/** An end by the clock of a sender that is set with ours. */
const ended = () => ({ endsAt: new Date(stage.clock.now()).toISOString() })
/** An alert of which the sender says that it fires for a while. */
const fires = () => ({ endsAt: new Date(stage.clock.now() + 4 * MINUTE).toISOString() })

describe.each([
  ['back', -10 * MINUTE],
  ['forward', 10 * MINUTE],
  ['back by an hour', -HOUR],
  ['back by a day', -DAY],
])('a clock that is set %s', (_what, byMs) => {
  test('keeps the order of a resolve and of a new firing', async () => {
    await configure({ groupInterval: '1s' })
    await post('Disk', fires())
    await wait(2 * SECOND)
    stage.clock.step(byMs)
    await post('Disk', ended())
    await wait(3 * SECOND)
    expect(told()).toEqual(['firing Disk', 'resolved Disk'])
    await post('Disk', fires())
    await wait(3 * SECOND)
    await post('Disk', ended())
    await wait(3 * SECOND)
    expect(told()).toEqual(['firing Disk', 'resolved Disk', 'firing Disk', 'resolved Disk'])
    await wait(30 * MINUTE)
    expect(told()).toHaveLength(4)
  })

  test('keeps the order across a restart', async () => {
    await configure({ groupInterval: '1s' })
    await post('Disk', fires())
    await wait(2 * SECOND)
    await post('Disk', ended())
    await wait(2 * SECOND)
    expect(told()).toEqual(['firing Disk', 'resolved Disk'])
    await stage.restart(byMs)
    await post('Disk', fires())
    await wait(2 * SECOND)
    expect(told()).toEqual(['firing Disk', 'resolved Disk', 'firing Disk'])
  })
})

describe('a clock that is set back', () => {
  test('does not fire again what has resolved, nor resolve what fires', async () => {
    await configure({ groupInterval: '1s', repeatInterval: '4h' })
    await post('Over', fires())
    await post('Fires', fires())
    await wait(5 * SECOND)
    await post('Over', ended())
    await wait(SECOND / 2)
    stage.clock.step(-10 * MINUTE)
    await wait(3 * MINUTE)
    expect(told()).toEqual(['firing Over', 'firing Fires', 'resolved Over'])
  })

  test('delays no group for longer than its own interval, and a minute', async () => {
    await configure({ groupWait: '30s', groupInterval: '2m' })
    await post('Waits')
    await wait(10 * SECOND)
    stage.clock.step(-DAY)
    await wait(20 * SECOND)
    await wait(MINUTE)
    expect(told()).toEqual(['firing Waits'])
    await post('Waits', ended())
    await wait(2 * MINUTE + SECOND)
    expect(told()).toEqual(['firing Waits', 'resolved Waits'])
  })

  test('delays no repeat, no retry and no end by the recovery time', async () => {
    await configure({ groupInterval: '1m', repeatInterval: '10m' })
    await post('Repeats', { endsAt: new Date(stage.clock.now() + 900 * DAY).toISOString() })
    await post('Recovers')
    await wait(30 * SECOND)
    stage.clock.step(-DAY)
    await wait(8 * MINUTE)
    expect(told()).toEqual(['firing Repeats', 'firing Recovers', 'resolved Recovers'])
    await wait(5 * MINUTE)
    expect(told().filter((line) => line === 'firing Repeats')).toHaveLength(2)
    hook.behave({ status: [[stage.clock.now() + 2 * SECOND, 503]] })
    await post('Retries')
    await wait(SECOND)
    stage.clock.step(-DAY)
    hook.behave({})
    await wait(2 * MINUTE)
    expect(told()).toContain('firing Retries')
  })

  test('while no process ran is found at the start', async () => {
    await configure({ groupWait: '30s', groupInterval: '2m' })
    await post('Waits')
    await wait(10 * SECOND)
    await stage.restart(-DAY)
    await wait(MINUTE + 30 * SECOND)
    expect(told()).toEqual(['firing Waits'])
  })
})

test('a clock that is set forward by days pauses no target that failed for a moment', async () => {
  await configure({ groupInterval: '1s' })
  hook.behave({ status: [[stage.clock.now() + 400 * DAY + HOUR, 503]] })
  await post('Fails', { endsAt: new Date(stage.clock.now() + 900 * DAY).toISOString() })
  await wait(2 * SECOND)
  stage.clock.step(400 * DAY)
  await wait(2 * MINUTE)
  hook.behave({})
  await wait(10 * MINUTE)
  expect(told()).toEqual(['firing Fails'])
})

test.each(['while it runs', 'while nothing runs'])(
  'a clock that is set far forward for a moment, %s, loses no data',
  async (when) => {
    await configure({ groupInterval: '1s' })
    await post('Disk', fires())
    await wait(2 * SECOND)
    await post('Disk', ended())
    await wait(2 * SECOND)
    const incidents = async () =>
      ((await (await stage.api('GET', '/api/v1/incidents?state=closed')).json()) as { items: object[] }).items
    expect(await incidents()).toHaveLength(1)
    if (when === 'while it runs') stage.clock.step(4000 * DAY)
    else await stage.restart(4000 * DAY)
    await wait(30 * MINUTE)
    stage.clock.step(-4000 * DAY)
    await wait(2 * MINUTE)
    expect(await incidents()).toHaveLength(1)
  },
)

describe.each([
  ['back by 10 minutes', -10 * MINUTE, 15 * MINUTE],
  ['back by a day', -DAY, 15 * MINUTE],
  ['forward by 2 minutes', 2 * MINUTE, 8 * MINUTE],
  ['forward by a day', DAY, 0],
])('a clock that is set %s while an escalation waits', (_what, byMs, calledAfter) => {
  test('calls once: at the moment by the new clock, or at the latest after the whole time of the stage', async () => {
    const calls = await stage.webhook()
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    const step = { then: [{ channel: 'calls' }] }
    await stage.api('PUT', '/api/v1/config', {
      channels: [
        { id: 'hook', type: 'webhook', url: hook.url },
        { id: 'calls', type: 'webhook', url: calls.url },
      ],
      policies: [
        {
          ...{ id: 'all', groupBy: ['alertname'], groupWait: '0s', groupInterval: '5m', repeatInterval: '4h' },
          notify: [{ channel: 'hook' }],
          escalation: [{ unclaimed: '15m', flow: [step] }],
        },
      ],
    })
    await post('Disk', { endsAt: new Date(stage.clock.now() + 900 * DAY).toISOString() })
    await wait(5 * MINUTE)
    stage.clock.step(byMs)
    if (calledAfter > 0) await wait(calledAfter - SECOND)
    expect(calls.received).toHaveLength(0)
    await wait(2 * SECOND)
    expect(calls.received).toHaveLength(1)
    await wait(HOUR)
    expect(calls.received).toHaveLength(1)
  })
})
