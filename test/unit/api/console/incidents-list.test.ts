import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser
let incidents: Map<string, string>

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })
  for (const alertname of ['Disk', 'Memory'])
    await api.post('a', [{ labels: { alertname }, endsAt: api.time.now + DAY }])
  const { json } = await api.ask('GET', '/api/v1/groups', { key: 'a-viewer' })
  incidents = new Map(json.items.map(({ title, incident }: Record<string, string>) => [title, incident]))
  browser = openBrowser(api)
  await browser.signIn('a-responder')
})

const words = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

describe('an action on several incidents', () => {
  test('says how many were done, and which were not and why', async () => {
    const [disk, memory] = [incidents.get('Disk')!, incidents.get('Memory')!]
    await api.ask('POST', `/api/v1/incidents/${disk}/close`, { key: 'a-responder', body: {} })
    await api.run([api.sent.at(-1)!.body])
    // The group takes the action within the wait of the page.
    const { send } = api.deps.dispatchQueue
    api.deps.dispatchQueue.send = async (batch) => {
      const sent = await send(batch)
      await api.run(batch.map(({ body }) => body))
      return sent
    }
    const form = { act: 'claim', incident: [disk, memory, 'none'] }
    const done = await browser.visit('/incidents/bulk', { form })
    expect(done.status).toBe(303)
    const shown = words((await browser.visit(done.headers.get('location')!)).text)
    expect(shown).toContain('You have 1 in hand. Not done: 2 Disk : the incident is closed none : it is gone')
  })

  test('claims nothing that another person has in hand', async () => {
    const [disk, memory] = [incidents.get('Disk')!, incidents.get('Memory')!]
    await api.ask('POST', `/api/v1/incidents/${disk}/claim`, { key: 'a-owner', body: {} })
    await api.run([api.sent.at(-1)!.body])
    const before = api.sent.length
    const done = await browser.visit('/incidents/bulk', { form: { act: 'claim', incident: [disk, memory] } })
    expect(api.sent.slice(before).filter(({ body }) => body.includes(disk))).toEqual([])
    const shown = words((await browser.visit(done.headers.get('location')!)).text)
    expect(shown).toContain('Disk : another person has it in hand; open it to take it over')
  })

  test('names those that the group has not taken yet', async () => {
    const form = { act: 'comment', sure: '1', text: 'hello', incident: [...incidents.values()] }
    const done = await browser.visit('/incidents/bulk', { form })
    expect(words((await browser.visit(done.headers.get('location')!)).text)).toContain('Commented on 0. Not done: 2')
  })
})

describe('the list of incidents', () => {
  /** The time of a reader in Shanghai, so many minutes from now. */
  const local = (minutes: number) => new Date(api.time.now + minutes * MINUTE + 8 * HOUR).toISOString().slice(0, 16)
  const titles = async (query: string) => {
    const { text } = await browser.visit(`/incidents?${query}`)
    return [...text.matchAll(/data-open><b><bdi>([^<]*)<|data-open><b>([^<]*)</g)].map(([, a, b]) => a ?? b).sort()
  }

  beforeEach(async () => {
    browser.cookies.set('tocsin-tz', 'Asia/Shanghai')
    await api.ask('POST', `/api/v1/incidents/${incidents.get('Disk')}/close`, { key: 'a-responder', body: {} })
    await api.run([api.sent.at(-1)!.body])
    api.time.now += HOUR
    await api.post('a', [{ labels: { alertname: 'Login' } }])
  })

  test.each([
    ['', ['Login', 'Memory']],
    ['from=-10', ['Login']],
    ['to=-10', ['Memory']],
    ['from=-70&to=-10', ['Memory']],
    ['from=10', []],
    ['tab=closed', ['Disk']],
    ['tab=closed&from=-70', ['Disk']],
    ['tab=closed&from=-10', []],
    ['tab=closed&q=disk', ['Disk']],
    ['tab=closed&q=memory', []],
  ])('of %j has the incidents that opened then', async (query, names) => {
    expect(await titles(query.replaceAll(/=(-?\d+)/g, (_, minutes) => `=${local(Number(minutes))}`))).toEqual(names)
  })

  test('keeps the time in its tabs and its search, and names a time that cannot be read', async () => {
    const { text } = await browser.visit(`/incidents?from=${local(-10)}`)
    expect(text).toContain(`href="/incidents?from=${encodeURIComponent(local(-10))}&amp;tab=closed"`)
    expect(text).toContain(`<input type="hidden" name="from" value="${local(-10)}">`)
    const wrong = await browser.visit('/incidents?from=yesterday')
    expect([wrong.status, wrong.text.includes('id="period-error"')]).toEqual([422, true])
  })
})
