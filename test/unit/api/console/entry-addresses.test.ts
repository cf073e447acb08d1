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

test('an entry whose id has a slash is reached by every link to it, and by its forms', async () => {
  const body = {
    channels: [{ ...CONFIG.channels[0], id: 'hook/1' }],
    integrations: [{ id: 'post/1', type: 'prometheus', name: 'Post' }],
    defaults: {},
    ...{ users: [], userGroups: [], calendars: [] },
    templates: [{ id: 'short/1', sms: { content: 'x' } }],
    rules: [{ id: 'routes/1', template: 'actiontrail/vpc-route-change' }],
    policies: [{ id: 'all/1', name: 'All', notify: [{ channel: 'hook/1' }] }],
    views: [{ id: 'mine/1', name: 'Mine', query: 'level=P1' }],
  }
  const { status, text } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })
  expect([status, text]).toEqual([200, expect.anything()])
  const found = new Set(['/', '/channels', '/integrations', '/templates', '/rules', '/policies'])
  // A walk over all links and forms that name one of the entries.
  for (const path of found) {
    const changes = /\/(?:views\/.*|rules\/.*\/status)$/.test(path)
    const page = await browser.visit(path, changes ? { form: {} } : {})
    expect([path, page.status]).toEqual([path, changes ? 303 : 200])
    for (const [, link = ''] of page.text.matchAll(/(?:href|action)="(\/[^"?#]*)/g)) {
      if (/(?:%2F|\/)1(?:\/|$)/.test(link)) found.add(link)
    }
  }
  expect([...found].filter((path) => /[a-z]\/1/.test(path))).toEqual([])
  const entries = ['channels/hook', 'integrations/post', 'templates/short', 'rules/routes', 'policies/all']
  const forms = entries.flatMap((entry) => ['edit', 'delete'].map((page) => `/${entry}%2F1/${page}`))
  const others = ['/channels/hook%2F1/test', '/integrations/post%2F1/rotate', '/rules/routes%2F1/history']
  expect([...found]).toEqual(expect.arrayContaining([...forms, ...others, '/views/mine%2F1/delete']))
})
