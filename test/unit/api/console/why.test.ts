import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE, SECOND } from '../../../../shared/base/time.ts'
import type { Outcome } from '../../../../shared/delivery/outcome.ts'
import { claimAttempts, recordOutcomes } from '../../../../shared/group-store/ledger-claims.ts'
import { MESSAGE_VERSION } from '../../../../shared/message/message.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser
let incident: string
let group: string

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '5s', notify: [{ channel: 'hook' }] }]
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'Disk' } }])
  group = (await api.ask('GET', '/api/v1/alerts', { key: 'a-owner' })).json.items[0].groups[0].id
  await api.later(5 * SECOND, 'a', [group])
  incident = (await api.ask('GET', '/api/v1/incidents', { key: 'a-owner' })).json.items[0].id
  browser = openBrowser(api)
  await browser.signIn('a-responder')
})

/** The first attempt of the open delivery is refused, two seconds later. */
async function fail(): Promise<void> {
  api.time.now += 2 * SECOND
  const { delivery, ledger, target } = JSON.parse(api.due.at(-1)!.body)
  const { now } = api.time
  await claimAttempts(api.table, 'a', ledger, [{ delivery, attempt: 1 }], { at: now, expiresAt: now + DAY })
  const outcome: Outcome = { kind: 'refused', at: now, reason: 'serverError', detail: 'status 503' } as Outcome
  await recordOutcomes(api.table, 'a', ledger, [{ delivery, attempt: 1, outcome }])
  const message = { v: MESSAGE_VERSION, kind: 'outcome', account: 'a', group, target, delivery, attempt: 1, outcome }
  await api.run([JSON.stringify(message)])
}

const visit = async (query = '') => await browser.visit(`/incidents/${incident}/why${query}`)
const wordsOf = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describe('the page of reasons', () => {
  test('says how each target stands now, and offers to try one that fails', async () => {
    await fail()
    const { status, text } = await visit()
    expect([status, wordsOf(text).includes('hook not reached')]).toEqual([200, true])
    expect(text).toContain(`action="/incidents/${incident}/try"`)
    expect(text).toContain('name="n" min="0" max="2" value="2"')
  })

  test('goes through the decisions by links, by the slider and by a time', async () => {
    await fail()
    const first = await visit('?n=0')
    expect(wordsOf(first.text)).toContain('Decision 1 of 2')
    expect(wordsOf(first.text)).toContain('opened')
    expect(wordsOf(first.text)).not.toContain('refused')
    expect(first.text).toContain(`href="/incidents/${incident}/why?n=1"`)
    const last = await visit('?n=1')
    expect(wordsOf(last.text)).toContain('refused')
    expect(last.text).toContain(`href="/incidents/${incident}/why"`)
    expect(last.text).not.toContain(`/incidents/${incident}/try`)
    const before = new Date(api.time.now - MINUTE).toISOString()
    expect(wordsOf((await visit(`?at=${before}`)).text)).toContain('Nothing was decided until then.')
  })

  test('is of one target, if one is named', async () => {
    expect(wordsOf((await visit('?target=none')).text)).toContain('Nobody is told.')
    expect((await visit('?target=hook&n=1')).text).toContain(`href="/incidents/${incident}/why?n=1"`)
  })
})

describe('"Try now"', () => {
  const tryIt = (target: string) => browser.visit(`/incidents/${incident}/try`, { form: { target } })

  test('asks the group for the target at once, from the incident too', async () => {
    await fail()
    expect((await browser.visit(`/incidents/${incident}`)).text).toContain(`action="/incidents/${incident}/try"`)
    api.sent.length = 0
    const { headers } = await tryIt('hook')
    expect(headers.get('location')).toBe(`/incidents/${incident}?done=try`)
    const asked = { v: MESSAGE_VERSION, kind: 'replay', account: 'a', group, target: 'hook' }
    expect(api.sent.map(({ body }) => JSON.parse(body))).toEqual([asked])
    const opened = api.due.length
    await api.run([api.sent[0]!.body])
    expect(api.due.length).toBe(opened + 1)
  })

  test('knows no other target, no other account, and no incident that is over', async () => {
    expect((await tryIt('other')).status).toBe(404)
    const stranger = openBrowser(api)
    await stranger.signIn('b-owner')
    expect((await stranger.visit(`/incidents/${incident}/try`, { form: { target: 'hook' } })).status).toBe(404)
    await api.ask('POST', `/api/v1/incidents/${incident}/close`, { key: 'a-owner', body: { by: 'mei' } })
    await api.run([api.sent.at(-1)!.body])
    expect((await tryIt('hook')).status).toBe(409)
  })
})
