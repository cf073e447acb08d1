import { beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../../shared/base/time.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { MESSAGE_VERSION } from '../../../../shared/message/message.ts'
import type { PauseReason } from '../../../../shared/reason/reason.ts'
import { createChannelHealth } from '../../../../shared/store/channel-health.ts'
import { notePaused } from '../../../../shared/store/paused.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser
let group: string

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })
  await api.post('a', [{ labels: { alertname: 'Disk' }, endsAt: api.time.now + HOUR }])
  group = (await api.ask('GET', '/api/v1/groups', { key: 'a-viewer' })).json.items[0].id
  browser = openBrowser(api)
  await browser.signIn('a-responder')
})

const words = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const seen = async (path: string, language = 'en') =>
  words((await browser.visit(path, { headers: { 'accept-language': language } })).text)

async function pause(channel: string, pause?: PauseReason, user?: string): Promise<void> {
  const about = { channel, kind: 'webhook', reason: 'it said that it is gone (410)', ...(pause && { pause }) }
  await notePaused(api.table, 'a', { ...about, ...(user && { user }) }, { target: channel, group, at: api.time.now })
}

/** Attempts in a row fail, so that the card of the group names the target. */
async function fail(): Promise<void> {
  const health = createChannelHealth(api.table)
  for (let attempts = 0; attempts < 3; attempts++) {
    const outcome: Outcome = { kind: 'refused', at: api.time.now, reason: 'serverError', detail: 'status 503' }
    health.note('a', { channel: 'hook' }, outcome)
    const { delivery, target, attempt } = JSON.parse(api.due.at(-1)!.body)
    await api.run([
      JSON.stringify({
        v: MESSAGE_VERSION,
        kind: 'outcome',
        account: 'a',
        group,
        target,
        delivery,
        attempt,
        outcome,
      }),
    ])
    await api.later(MINUTE, 'a', [group])
  }
  await health.save()
}

describe('paused channels', () => {
  test('are listed with the reason in both languages, also of users', async () => {
    await pause('hook', { code: 'nothing-arrived', days: 5 })
    await pause('hook', { code: 'target-gone' }, 'mei')
    await pause('older')
    const page = await seen('/channels')
    expect(page).toContain('hook nothing arrived for 5 days')
    expect(page).toContain('hook · mei the target said it is gone (410)')
    expect(page).toContain('older it said that it is gone (410)')
    expect(await seen('/channels', 'zh')).toContain('hook 连续 5 天未送达')
    expect(await seen('/deliveries?state=failed')).toContain('3 targets are paused. See why, and resume')
    const ofTarget = await browser.visit('/deliveries?target=hook')
    expect(ofTarget.text).toContain('action="/channels/resume"')
    await browser.signIn('a-viewer')
    expect((await browser.visit('/channels')).text).not.toContain('name="channel"')
  })

  test('are resumed by ticks, and the page says how many groups tell and what was left out', async () => {
    await pause('hook')
    const done = await browser.visit('/channels/resume', { form: { channel: ['hook', 'hook@mei', 'gone'] } })
    expect([done.status, done.headers.get('location')]).toEqual([
      ...[303, '/channels?done=resumed&count=0&left=over%3Ahook&left=not_paused%3Ahook%40mei&left=not_found%3Agone'],
    ])
    expect(await seen(done.headers.get('location')!)).toContain(
      'Asked for: 0 groups tell how it stands now. Not done: 3 hook : its group is over, nothing is left to tell hook · mei : it is not paused any more gone : it is gone, or its group is over',
    )
    const none = await browser.visit('/channels/resume', { form: {} })
    expect(none.headers.get('location')).toBe('/channels')
  })
})

test.each([[{}], [{ channels: [] }], [{ channels: 'hook' }], [{ channels: ['hook'], all: true }]])(
  '%j resumes nothing',
  async (body) => {
    expect((await api.ask('POST', '/api/v1/channels:resume', { key: 'a-responder', body })).status).toBe(422)
    expect((await api.ask('POST', '/api/v1/channels:resume', { key: 'a-viewer', body })).status).toBe(403)
  },
)

test('a channel that is unknown is said to be unknown, and 404 where no other is named', async () => {
  const resume = (channels: string[]) =>
    api.ask('POST', '/api/v1/channels:resume', { key: 'a-responder', body: { channels } })
  for (const channels of [['nope'], ['nope@mei', 'neither']]) {
    const { status, json } = await resume(channels)
    expect([status, json.error.code]).toEqual([404, 'not_found'])
  }
  const { status, json } = await resume(['hook', 'nope'])
  expect([status, json.left.map(({ channel, code }: Record<string, string>) => [channel, code])]).toEqual([
    202,
    [
      ['hook', 'not_paused'],
      ['nope', 'not_found'],
    ],
  ])
})

describe('a target that fails now', () => {
  test('stands with the reason at the alerts, the incidents and the channels', async () => {
    await fail()
    expect(await seen('/')).toContain('hook not reached: has an error: status 503')
    expect(await seen('/incidents')).toContain('hook has an error: status 503')
    expect(await seen('/channels')).toContain('has an error: status 503')
    expect(await seen('/', 'zh')).toContain('hook 未送达：目标出错: status 503')
  })
})
