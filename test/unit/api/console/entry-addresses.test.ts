import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const notify = [{ channel: 'hook' }]
  const policies = ['all', 'night'].map((id) => ({ id, name: `The ${id} <watch>`, notify }))
  const body = {
    ...{ ...CONFIG, policies, defaults: { recipients: notify } },
    users: [{ id: 'mei-liu', name: 'Mei' }],
    userGroups: [{ id: 'watch', members: ['mei-liu'] }],
    calendars: [{ id: 'office' }],
    templates: [{ id: 'short', sms: { content: 'x' } }],
    rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change' }],
  }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn('a-editor')
})

test.each([
  ...['/policies/all', '/channels/hook', '/integrations/post', '/users/mei-liu', '/user-groups/watch'],
  ...['/calendars/office', '/shifts/watch', '/templates/short', '/rules/routes'],
])('%s leads to the form, and an unknown id to none', async (path) => {
  const { status, headers } = await browser.visit(path)
  expect([status, headers.get('location')]).toEqual([303, `${path}/edit`])
  expect((await browser.visit(`${path}/edit`)).status).toBe(200)
  expect((await browser.visit(path.replace(/[^/]+$/, 'none'))).status).toBe(404)
})

test('pages beside the entries keep their addresses', async () => {
  for (const path of ['/policies/try', '/policies/new', '/templates/new', '/rules/new', '/users/new']) {
    expect([path, (await browser.visit(path)).status]).toEqual([path, 200])
  }
})

describe('an entry that others need', () => {
  const plain = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

  test('is not deleted, and the page names each of them with the way there', async () => {
    const page = await browser.visit('/channels/hook/delete')
    expect(plain(page.text)).toContain(
      'Change that first: Policy The all &lt;watch&gt; Policy The night &lt;watch&gt; The default recipients',
    )
    expect(page.text).toContain('href="/policies/night/edit"')
    expect(page.text).not.toContain('does not exist')
    expect(page.text).not.toContain('<button class="bad">')
    const chinese = await browser.visit('/users/mei-liu/delete', { headers: { 'accept-language': 'zh' } })
    expect(plain(chinese.text)).toContain('请先修改： 用户组 watch')
  })

  test('is not deleted either when it is needed only since the page was opened', async () => {
    const { status, text } = await browser.visit('/calendars/office/delete')
    expect(status).toBe(200)
    const tag = /name="tag" value="([^"]*)"/.exec(text)![1]!.replaceAll('&quot;', '"')
    const body = { name: 'Day', notify: [{ channel: 'hook', period: 'worktime' }], calendar: 'office' }
    const put = await api.ask('PUT', '/api/v1/policies/all', { key: 'a-editor', body })
    expect([put.status, put.text]).toEqual([200, expect.anything()])
    const refused = await browser.visit('/calendars/office/delete', { form: { tag } })
    expect([refused.status, plain(refused.text).includes('Policy Day')]).toEqual([409, true])
  })
})
