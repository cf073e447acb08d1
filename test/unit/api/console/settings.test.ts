import { beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../../../shared/store/whole-config.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  await api.ask('PUT', '/api/v1/config', {
    key: 'a-owner',
    body: { ...CONFIG, users: [{ id: 'mei-liu', name: 'Mei' }] },
  })
  browser = openBrowser(api)
  await browser.signIn('a-owner')
})

const keyShown = (text: string): string => /id="key" readonly value="([^"]+)"/.exec(text)?.[1] ?? ''
const hidden = (text: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1]?.replaceAll('&quot;', '"') ?? ''

describe('keys', () => {
  const form = { name: 'grafana', role: 'viewer', user: 'mei-liu' }

  test('a key is made with its user, and its text is shown once', async () => {
    const { text: list } = await browser.visit('/settings/keys')
    const made = await browser.visit('/settings/keys', { form: { ...form, once: hidden(list, 'once') } })
    const key = keyShown(made.text)
    expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await api.ask('GET', '/api/v1/me', { key })).json).toMatchObject({ role: 'viewer', user: 'mei-liu' })
    expect((await browser.visit('/settings/keys')).text).not.toContain(key)
  })

  test('a form that is sent twice makes one key', async () => {
    const once = hidden((await browser.visit('/settings/keys')).text, 'once')
    await browser.visit('/settings/keys', { form: { ...form, once } })
    const { status, headers } = await browser.visit('/settings/keys', { form: { ...form, once } })
    expect([status, headers.get('location')]).toEqual([303, '/settings/keys?done=exists'])
    const { items } = (await api.ask('GET', '/api/v1/keys', { key: 'a-owner' })).json
    expect(items.filter(({ name }: { name: string }) => name === 'grafana')).toHaveLength(1)
  })

  test('every wrong field is named, and what was typed stays', async () => {
    const wrong = { name: '', role: 'king', user: 'nobody' }
    const { status, text } = await browser.visit('/settings/keys', { form: wrong })
    expect(status).toBe(422)
    expect(text.match(/class="error"/g)).toHaveLength(2)
    const unknown = await browser.visit('/settings/keys', { form: { ...form, user: 'nobody' } })
    expect(unknown.text).toContain('names a user')
    expect(unknown.text).toContain('value="grafana"')
  })

  test('a rotated key has a new text, and the old text works for the chosen time', async () => {
    const { text } = await browser.visit('/settings/keys/viewer/rotate', { form: { overlap: '1h' } })
    const key = keyShown(text)
    for (const one of [key, 'a-viewer']) {
      expect((await api.ask('GET', '/api/v1/me', { key: one })).status).toBe(200)
    }
    const again = await browser.visit('/settings/keys/viewer/rotate', { form: { overlap: '1h' } })
    expect([again.status, keyShown(again.text)]).toEqual([409, ''])
    await browser.visit('/settings/keys/viewer/rotate', { form: { overlap: '0s' } })
    expect((await api.ask('GET', '/api/v1/me', { key: 'a-viewer' })).status).toBe(401)
  })

  test('a key is changed and deleted, and the last owner stays', async () => {
    await browser.visit('/settings/keys/viewer', { form: { name: 'phone', role: 'responder', user: '' } })
    expect((await api.ask('GET', '/api/v1/keys/viewer', { key: 'a-owner' })).json).toMatchObject({
      ...{ name: 'phone', role: 'responder' },
    })
    expect((await browser.visit('/settings/keys/viewer/delete')).text).toContain('Delete the key phone?')
    const deleted = await browser.visit('/settings/keys/viewer/delete', { form: {} })
    expect(deleted.headers.get('location')).toBe('/settings/keys?done=deleted')
    const { items } = (await api.ask('GET', '/api/v1/keys', { key: 'a-owner' })).json
    const owner = items.find(({ role }: { role: string }) => role === 'owner')
    const { status, text } = await browser.visit(`/settings/keys/${owner.id}/delete`, { form: {} })
    expect([status, text.includes('needs an owner')]).toEqual([409, true])
  })
})

describe('the configuration', () => {
  const draft = async () => {
    const { text } = await browser.visit('/settings/configuration')
    return { tag: hidden(text, 'tag'), text }
  }
  const policies = 'policies:\n  - { id: ours, notify: [{ channel: hook }], groupWait: 3s }\n'

  test('shows the plan first, and changes nothing by that', async () => {
    const { tag } = await draft()
    const { status, text } = await browser.visit('/settings/configuration', {
      form: { document: policies, tag, do: 'plan' },
    })
    expect([status, text.includes('added'), text.includes('groupWait: 3s')]).toEqual([200, true, true])
    expect((await readConfig(api.deps, 'a')).config.policies.map(({ id }) => id)).toEqual(['all'])
  })

  test('is applied, and secrets that the page shows as <secret> stay', async () => {
    const { tag, text } = await draft()
    expect(text).toContain('&lt;secret&gt;')
    const whole = /<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(text)![1]!
    const document = whole
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replace(/^policies:\n(?:[ -].*\n)+/m, policies)
    const before = (await readConfig(api.deps, 'a')).config.channels
    const { headers } = await browser.visit('/settings/configuration', { form: { document, tag, do: 'apply' } })
    expect(headers.get('location')).toBe('/settings/configuration?done=applied')
    const { config } = await readConfig(api.deps, 'a')
    expect([config.policies.map(({ id }) => id), config.channels]).toEqual([['ours'], before])
  })

  test('names every mistake with its line, and keeps the text', async () => {
    const { tag } = await draft()
    const document = 'policies:\n  - id: all\n    notify: [{ channel: nope }]\n    groupWait: soon\n'
    const { status, text } = await browser.visit('/settings/configuration', { form: { document, tag, do: 'apply' } })
    expect([status, text.includes('groupWait: soon')]).toEqual([422, true])
    expect(text).toMatch(/line 3, column \d+[\s\S]*line 4, column \d+/)
  })

  test('that somebody else changed meanwhile is not overwritten: both texts are shown', async () => {
    const { tag } = await draft()
    const theirs = { policies: [{ id: 'theirs', notify: [{ channel: 'hook' }] }] }
    await api.ask('PUT', '/api/v1/config', { key: 'a-editor', body: theirs })
    const stale = await browser.visit('/settings/configuration', { form: { document: policies, tag, do: 'apply' } })
    expect([stale.status, stale.text.includes('id: theirs'), stale.text.includes('groupWait: 3s')]).toEqual([
      ...[412, true, true],
    ])
    const present = /type="checkbox" name="tag" value="([^"]*)"/.exec(stale.text)![1]!.replaceAll('&quot;', '"')
    const { status } = await browser.visit('/settings/configuration', {
      form: { document: policies, tag: [tag, present], do: 'apply' },
    })
    expect(status).toBe(303)
  })

  test('is read by viewers, and changed by editors only', async () => {
    const viewer = openBrowser(api)
    await viewer.signIn('a-viewer')
    const { status, text } = await viewer.visit('/settings/configuration')
    expect([status, text.includes('<textarea')]).toEqual([200, false])
    expect((await viewer.visit('/settings/configuration', { form: { document: policies, do: 'apply' } })).status).toBe(
      403,
    )
  })
})

describe('this browser', () => {
  test('keeps what a person chooses, and shows it from then on', async () => {
    const form = {
      next: '/settings?done=saved',
      lang: 'zh',
      theme: 'dark',
      density: 'compact',
      utc: 'on',
      keys: 'off',
      name: 'Mei',
    }
    const { headers } = await browser.visit('/preferences', { form })
    expect(headers.get('location')).toBe('/settings?done=saved')
    const { text } = await browser.visit('/settings?done=saved')
    expect(text).toContain('lang="zh-CN"')
    expect(text).toContain('data-theme="dark"')
    expect(text).toMatch(/<option value="compact" selected>/)
    expect(text).toContain('value="Mei"')
    await browser.visit('/preferences', { form: { ...form, theme: '', lang: 'en' } })
    expect((await browser.visit('/settings')).text).not.toContain('data-theme')
  })
})
