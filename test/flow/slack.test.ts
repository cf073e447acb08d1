import { afterEach, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import type { ProviderBehaviour } from '../fakes/provider.ts'
import { type Slack, startSlack } from '../fakes/slack.ts'
import { at, post } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let slack: Slack
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
  await slack.stop()
})

/** A policy that tells a channel of Slack by a bot. */
async function open(behaviour: ProviderBehaviour = {}): Promise<void> {
  stage = await openStage({ publicUrl: 'https://tocsin.example' })
  slack = await startSlack({ clock: stage.clock, ...behaviour })
  const channels = [{ id: 'chat', type: 'slack', token: 'xoxb-1', channel: '#alerts', endpoint: slack.url }]
  const notify = [{ channel: 'chat' }]
  const policies = [{ id: 'databases', groupBy: ['alertname'], groupWait: '5s', groupInterval: '30s', notify }]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
}

const pass = (when: Millis): Promise<void> => stage.clock.advanceTo(stage.start + when)

async function claim(by: string): Promise<void> {
  const { items } = (await (await stage.api('GET', '/api/v1/incidents?state=open')).json()) as {
    items: { id: string }[]
  }
  expect((await stage.api('POST', `/api/v1/incidents/${items[0]!.id}/claim`, { by })).status).toBe(202)
  await stage.clock.settle()
}

const shown = (): string => JSON.stringify(slack.messages)

test('an incident is one message, which is changed when alerts join, at the claim and at the end', async () => {
  await open()
  await post(stage, SECOND, {})
  await pass(20 * SECOND)
  const [first] = slack.messages
  expect(first?.text).toBe('*🟠 FIRING: DiskFull*')
  const labels = { alertname: 'DiskFull', host: 'db-2', severity: 'critical' }
  await post(stage, 25 * SECOND, { labels, startsAt: at(stage, 25 * SECOND) })
  await pass(45 * SECOND)
  expect(shown()).toContain('host=db-2')
  expect(slack.messages[0]?.text).toBe('*🔴 FIRING: DiskFull*')
  expect(slack.replies).toMatchObject([{ below: first?.id, broadcast: true }])
  await claim('mei')
  await pass(46 * SECOND)
  expect(shown()).toContain('*In hand with*: mei')
  await post(stage, 60 * SECOND, { endsAt: at(stage, 60 * SECOND) })
  await post(stage, 61 * SECOND, { labels, endsAt: at(stage, 61 * SECOND) })
  await pass(5 * MINUTE)
  expect(slack.messages.map(({ id, text }) => [id, text])).toEqual([[first?.id, '*✅ RESOLVED: DiskFull*']])
  expect(slack.replies.at(-1)).toMatchObject({ below: first?.id, broadcast: false })
})

test('the next incident has a message of its own', async () => {
  await open()
  await post(stage, SECOND, { endsAt: at(stage, 60 * SECOND) })
  await pass(2 * MINUTE)
  await post(stage, 3 * MINUTE, { startsAt: at(stage, 3 * MINUTE), endsAt: at(stage, 10 * MINUTE) })
  await pass(4 * MINUTE)
  expect(slack.messages.map(({ text }) => text)).toEqual(['*✅ RESOLVED: DiskFull*', '*🟠 FIRING: DiskFull*'])
})

test('an answer that was lost costs a second message, and the newest is kept up to date', async () => {
  await open({ resetFirst: 1 })
  await post(stage, SECOND, { endsAt: at(stage, 20 * MINUTE) })
  await pass(10 * MINUTE)
  expect(slack.messages.map(({ text }) => text)).toEqual(['*🟠 FIRING: DiskFull*', '*🟠 FIRING: DiskFull*'])
  await post(stage, 11 * MINUTE, { endsAt: at(stage, 11 * MINUTE) })
  await pass(15 * MINUTE)
  expect(slack.messages.map(({ text }) => text)).toEqual(['*🟠 FIRING: DiskFull*', '*✅ RESOLVED: DiskFull*'])
})
