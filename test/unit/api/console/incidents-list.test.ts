import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser
let incidents: Map<string, string>

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })
  for (const alertname of ['Disk', 'Memory']) await api.post('a', [{ labels: { alertname } }])
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

  test('names those that the group has not taken yet', async () => {
    const form = { act: 'comment', sure: '1', text: 'hello', incident: [...incidents.values()] }
    const done = await browser.visit('/incidents/bulk', { form })
    expect(words((await browser.visit(done.headers.get('location')!)).text)).toContain('Commented on 0. Not done: 2')
  })
})
