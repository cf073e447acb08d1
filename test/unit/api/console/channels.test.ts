import { expect, test } from 'vitest'
import { startApi } from '../harness.ts'
import { openBrowser } from './browser.ts'

const CONFIG = {
  channels: [
    { id: 'hook', type: 'webhook', url: 'https://hooks.example.org/in' },
    { id: 'mail', type: 'inbox' },
  ],
  users: [
    { id: 'mei-liu', name: 'Mei' },
    { id: 'jo-kim', name: 'Jo', enabled: false },
  ],
}

async function started(language: string) {
  const api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })).status).toBe(200)
  const browser = openBrowser(api)
  await browser.signIn('a-editor')
  browser.cookies.set('tocsin-prefs', `lang%3D${language}`)
  return browser
}

test('the page of a test asks for a user only where the channel reaches users', async () => {
  const browser = await started('en')
  expect((await browser.visit('/channels/hook/test')).text).not.toContain('<select id="user"')
  expect((await browser.visit('/channels/mail/test')).text).toContain('<select id="user"')
})

test.each([
  ['en', '', 'is required: the channel reaches users only'],
  ['zh', '', '必填：该通知集成只能通知到个人'],
  ['en', 'jo-kim', 'the user is disabled'],
  ['zh', 'jo-kim', '该用户已停用'],
])('a test that is refused says why at the field, in %s, and keeps the choice (%s)', async (language, user, words) => {
  const browser = await started(language)
  const { status, text } = await browser.visit('/channels/mail/test', { form: { user } })
  expect(status).toBe(422)
  expect(text).toContain(`<p class="error" id="user-error" role="alert"><bdi>${words}</bdi></p>`)
  expect(text).toContain('aria-describedby="user-help user-error" aria-invalid="true"')
  expect(text.includes('<option value="jo-kim" selected>')).toBe(user === 'jo-kim')
})

test('what may be given in the place of an address stands in front with the address', async () => {
  const browser = await started('en')
  const { text } = await browser.visit('/channels/new?type=slack')
  const [front = ''] = text.split('<details')
  expect(['url', 'token', 'channel'].filter((name) => !front.includes(`name="${name}"`))).toEqual([])
})
