import { expect, test } from 'vitest'
import { CONFIG, startApi } from '../harness.ts'
import { openBrowser } from './browser.ts'

test('the list says who has the incident that somebody claimed there, also after another claim', async () => {
  const api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'Slow', severity: 'critical' } }])
  const { incident } = (await api.ask('GET', '/api/v1/groups', { key: 'a-viewer' })).json.items[0]
  const browser = openBrowser(api)
  await browser.signIn('a-responder')
  const claimed = await browser.visit(`/incidents/${incident}/claim`, { form: { next: '/?level=P1', had: '' } })
  expect(claimed.headers.get('location')).toBe(`/?level=P1&slow=claim&id=${incident}`)
  await api.run([api.sent.at(-1)!.body])
  const page = claimed.headers.get('location')!
  const says = async (path = page): Promise<string> =>
    /<p class="notice[^>]*>(.*?)<\/p>/s.exec((await browser.visit(path)).text)?.[1]?.replaceAll(/<[^>]*>/g, '') ?? ''
  expect(await says()).toBe('You have it.')
  await api.ask('POST', `/api/v1/incidents/${incident}/claim`, { key: 'a-responder', body: { by: 'jo' } })
  await api.run([api.sent.at(-1)!.body])
  expect(await says()).toBe('jo has it, not you. Claim takes the incident over.')
  expect(await says(`${page}&part=live`)).toBe('jo has it, not you. Claim takes the incident over.')
  expect(await says('/?done=claim&id=%00')).toBe('You have it.')
})
