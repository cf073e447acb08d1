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
