import { beforeEach, expect, test } from 'vitest'
import { putInboxMessage } from '../../../../shared/store/inbox.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { openBrowser } from './browser.ts'

let api: Api

beforeEach(async () => {
  api = await startApi()
  const users = ['mei-liu', 'bob-doe'].map((id) => ({ id, name: id }))
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, users } })
  for (const [index, id] of ['one', 'two'].entries()) {
    const message = { title: `Disk ${id}`, text: `<b>${id}</b>`, level: 'P2', status: 'firing' as const }
    await putInboxMessage(api.table, 'a', 'mei-liu', { id, at: api.time.now + index, ...message } as never)
  }
})

async function browserOf(user?: string, role = 'viewer') {
  const { json } = await api.ask('POST', '/api/v1/keys', {
    key: 'a-owner',
    body: { name: 'k', role, ...(user && { user }) },
  })
  const browser = openBrowser(api)
  await browser.signIn(json.apiKey)
  return browser
}

test('shows the messages of the user of the key, newest first, as texts, and marks them as read', async () => {
  const mei = await browserOf('mei-liu')
  const { text } = await mei.visit('/inbox')
  expect(text.indexOf('Disk two')).toBeLessThan(text.indexOf('Disk one'))
  expect(text).toContain('&lt;b&gt;one&lt;/b&gt;')
  expect(text.match(/message panel unread/g)).toHaveLength(2)
  const marked = await mei.visit('/inbox', { form: { user: 'mei-liu', message: ['one', 'two', 'none'] } })
  expect(marked.headers.get('location')).toBe('/inbox')
  expect((await mei.visit('/inbox')).text).not.toContain('message panel unread')
})

test('a key without a user chooses a user; only responders mark for others', async () => {
  const viewer = await browserOf()
  const { text } = await viewer.visit('/inbox')
  expect(text).toContain('<option value="mei-liu">')
  expect((await viewer.visit('/inbox?user=mei-liu')).text).toContain('Disk one')
  expect((await viewer.visit('/inbox', { form: { user: 'mei-liu', message: 'one' } })).status).toBe(403)
  const responder = await browserOf(undefined, 'responder')
  expect((await responder.visit('/inbox', { form: { user: 'mei-liu', message: 'one' } })).status).toBe(303)
  expect((await viewer.visit('/inbox?user=nobody')).status).toBe(404)
})
