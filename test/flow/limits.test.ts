import { afterEach, expect, test } from 'vitest'
import { MINUTE, type Millis, SECOND } from '../../shared/base/time.ts'
import { type DingTalkTaken, startDingTalk } from '../fakes/dingtalk.ts'
import { startDiscord } from '../fakes/discord.ts'
import { startLark } from '../fakes/lark.ts'
import type { Provider } from '../fakes/provider.ts'
import { startTeams } from '../fakes/teams.ts'
import { at } from './one-alert.ts'
import { openStage, type Stage } from './stage.ts'

/* A robot that takes 20 messages a minute, and nothing for ten minutes after more. */

const GROUPS = 60

let stage: Stage
const robots: Provider<unknown>[] = []
afterEach(async () => {
  expect(stage.logged).toEqual([])
  await stage.close()
  for (const robot of robots.splice(0)) await robot.stop()
})

const nameOf = (index: number): string => `Alert${String(index).padStart(3, '0')}`
const names = Array.from({ length: GROUPS }, (_, index) => nameOf(index))

async function postAll(when: Millis, more: (name: string) => object): Promise<void> {
  await stage.clock.advanceTo(stage.start + when)
  const alerts = names.map((alertname) => ({ labels: { alertname, severity: 'error' }, ...more(alertname) }))
  expect((await stage.integration('POST', '', alerts)).status).toBe(202)
}

/** The first message after a moment that has the name, in milliseconds after the moment. */
function heard(robot: Provider<DingTalkTaken>, word: string, since: Millis): number[] {
  const after = robot.received.filter((message) => message.at >= stage.start + since)
  const times = names.map((name) => {
    const first = after.find(({ text }) => new RegExp(`${word}: .{0,10}${name}`).test(text))
    return (first?.at ?? Number.POSITIVE_INFINITY) - stage.start - since
  })
  return times.sort((one, other) => one - other)
}

test('60 groups that fire and end together are all told by a robot, which is never asked too often', async () => {
  stage = await openStage()
  const robot = await startDingTalk({ clock: stage.clock, token: 't0ken' })
  robots.push(robot)
  const hook = await stage.webhook()
  const channels = [
    { id: 'chat', type: 'dingtalk', url: `${robot.url}/robot/send?access_token=t0ken`, details: 'page' },
    { id: 'hook', type: 'webhook', url: hook.url },
  ]
  const policies = [
    {
      id: 'all',
      groupBy: ['alertname'],
      groupWait: '1s',
      groupInterval: '1m',
      notify: [{ channel: 'chat' }, { channel: 'hook' }],
    },
  ]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])

  await postAll(SECOND, () => ({ startsAt: at(stage, SECOND), endsAt: at(stage, 30 * MINUTE) }))
  await stage.clock.advanceTo(stage.start + 3 * SECOND)
  // A channel without a limit waits for nobody.
  expect(hook.received).toHaveLength(GROUPS)
  await stage.clock.advanceTo(stage.start + 3 * MINUTE)
  const firing = heard(robot, 'FIRING', SECOND)
  expect(firing[GROUPS / 2]).toBeLessThanOrEqual(15 * SECOND)
  expect(firing.at(-1)).toBeLessThanOrEqual(MINUTE)

  await postAll(4 * MINUTE, () => ({ startsAt: at(stage, SECOND), endsAt: at(stage, 4 * MINUTE) }))
  await stage.clock.advanceTo(stage.start + 8 * MINUTE)
  expect(heard(robot, 'RESOLVED', 4 * MINUTE).at(-1)).toBeLessThanOrEqual(2 * MINUTE)

  expect(robot.attempts.filter(({ came }) => came !== 'taken')).toEqual([])
  expect(robot.attempts.length).toBeLessThan(40)
  const { items } = (await (await stage.api('GET', '/api/v1/incidents?state=closed&limit=1')).json()) as {
    items: { id: string }[]
  }
  const incident = await (await stage.api('GET', `/api/v1/incidents/${items[0]!.id}`)).text()
  expect(incident).toMatch(/told in one message with \d+ other/)
})

test('a storm never asks a robot with a window of seconds, or the robot of a receiver, more often than it takes', async () => {
  stage = await openStage()
  const { clock } = stage
  const [lark, teams, discord, own] = await Promise.all([
    startLark({ clock, token: 't0ken' }),
    startTeams({ clock, path: '/workflow' }),
    startDiscord({ clock, id: '1', token: 't0ken' }),
    startDiscord({ clock, id: '1', token: 't0ken' }),
  ])
  robots.push(lark, teams, discord, own)
  const hook = (at: string): string => `${at}/api/webhooks/1/t0ken`
  const channels = [
    { id: 'lark', type: 'lark', url: `${lark.url}/open-apis/bot/v2/hook/t0ken`, details: 'none' },
    { id: 'teams', type: 'teams', url: `${teams.url}/workflow`, details: 'none' },
    { id: 'discord', type: 'discord', url: hook(discord.url), details: 'none' },
    { id: 'own', type: 'alertmanager-discord', webhook_url: hook(own.url) },
  ]
  const notify = channels.map(({ id }) => ({ channel: id }))
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '1s', groupInterval: '1m', notify }]
  const answer = await stage.api('PUT', '/api/v1/config', { channels, policies })
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])

  await postAll(SECOND, () => ({ startsAt: at(stage, SECOND), endsAt: at(stage, 30 * MINUTE) }))
  await stage.clock.advanceTo(stage.start + 3 * MINUTE)
  for (const robot of [lark, teams, discord, own]) {
    expect(robot.attempts.filter(({ came }) => came !== 'taken')).toEqual([])
    const said = JSON.stringify(robot.received)
    expect(names.filter((name) => !said.includes(name))).toEqual([])
  }
  expect(lark.attempts.length).toBeLessThan(20)
  expect(own.attempts).toHaveLength(GROUPS)
})
