import { beforeEach, describe, expect, test } from 'vitest'
import { localText, readMoment } from '../../../../functions/api/console/parts/time.ts'
import { HOUR, SECOND } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const buses = ['bus', 'spare'].map((id) => ({ id, type: 'cloudevents', url: `https://${id}.example.net/` }))
  const lifecycle = buses.map(({ id }) => id)
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }], lifecycle }]
  const body = { ...CONFIG, channels: [...CONFIG.channels, ...buses], policies }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'A' } }])
  const { json } = await api.ask('GET', '/api/v1/groups', { key: 'a-owner' })
  await api.later(SECOND, 'a', [json.items[0].id])
  browser = openBrowser(api)
  await browser.signIn('a-viewer')
  browser.cookies.set('tocsin-tz', 'Asia/Shanghai')
})

/** The time of the reader's clock, so many hours from now. */
const local = (hours: number) => new Date(api.time.now + (hours + 8) * HOUR).toISOString().slice(0, 16)
const rows = async (query: string) =>
  ((await browser.visit(`/events?${query}`)).text.match(/<tr data-row/g) ?? []).length

describe('the list of events', () => {
  test('is of the time that the reader typed by the own clock', async () => {
    expect(await rows('')).toBe(2)
    expect(await rows(`from=${local(-1)}`)).toBe(2)
    expect(await rows(`from=${local(1)}`)).toBe(0)
    expect(await rows(`to=${local(-1)}`)).toBe(0)
    expect(await rows(`from=${local(-1)}&to=${local(1)}&type=create`)).toBe(2)
    expect(await rows(`from=${encodeURIComponent(new Date(api.time.now - HOUR).toISOString())}`)).toBe(2)
  })

  test('keeps the other filters and the time in its links, and shows the zone', async () => {
    const { text } = await browser.visit(`/events?type=create&from=${local(-2)}`)
    expect(text).toContain('<input type="hidden" name="type" value="create">')
    expect(text).toContain(`name="from" value="${local(-2)}"`)
    expect(text).toContain(`href="/events?from=${encodeURIComponent(local(-2))}&amp;type=claim"`)
    expect(text).toContain('<span class="meta">Asia/Shanghai</span>')
  })

  test('is of one event bus', async () => {
    expect(await rows('channel=spare')).toBe(1)
    expect(await rows('channel=none')).toBe(0)
  })

  test('is of one state', async () => {
    expect([await rows('state=waiting'), await rows('state=arrived'), await rows('state=no+state')]).toEqual([2, 0, 2])
    const { text } = await browser.visit('/events?state=waiting&type=create')
    expect(text).toContain('<option value="waiting" selected>')
    expect(text.match(/name="state"/g)).toHaveLength(1)
    expect((await api.ask('GET', '/api/v1/events?state=refused', { key: 'a-viewer' })).status).toBe(400)
  })

  test('shows a test of an event bus as a test, without an incident', async () => {
    const { json } = await api.ask('POST', '/api/v1/channels/bus/test', { key: 'a-editor', body: {} })
    const list = await browser.visit('/events?channel=bus')
    expect(list.text.match(/>Test</g)).toHaveLength(1)
    expect(list.text.match(/href="\/incidents\/[^"]*"/g)).toHaveLength(1)
    const one = await browser.visit(`/events/${json.delivery}`)
    expect(one.text).toContain('None: somebody tested the event bus.')
    expect(one.text).not.toContain(`/incidents/${json.delivery}"`)
    const { items } = (await api.ask('GET', '/api/v1/events?channel=bus', { key: 'a-viewer' })).json
    expect(items.map(({ test }: { test?: true }) => test)).toEqual([true, undefined])
  })

  test('names a time that cannot be read, beside what was typed before', async () => {
    const { status, text } = await browser.visit(`/events?from=yesterday&to=${local(0)}`)
    expect([status, text.includes('id="period-error"'), text.includes(`name="to" value="${local(0)}"`)]).toEqual([
      ...[422, true, true],
    ])
  })
})

test.each([
  ['2026-01-05T09:00', 'Asia/Shanghai', '2026-01-05T01:00:00.000Z'],
  ['2026-01-05 09:00', 'UTC', '2026-01-05T09:00:00.000Z'],
  ['2026-01-05T09:00:00', 'UTC', '2026-01-05T09:00:00.000Z'],
  // The clock of Berlin is set forward: the words are left out.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-01-05T09:00:00+05:30', 'Asia/Shanghai', '2026-01-05T03:30:00.000Z'],
  ['2026-02-30T09:00', 'UTC', undefined],
  ['9 o’clock', 'UTC', undefined],
])('%s in %s is %s', (text, timeZone, at) => {
  const reader = { prefs: { language: 'en', density: 'compact', timeZone, utc: false, keys: true } as const }
  const read = readMoment(reader, text)
  expect(read && new Date(read).toISOString()).toBe(at)
  if (read !== undefined && timeZone === 'UTC')
    expect(localText(reader, read)).toBe(text.slice(0, 16).replace(' ', 'T'))
})
