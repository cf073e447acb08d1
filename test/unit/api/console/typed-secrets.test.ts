import { beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../../../shared/base/time.ts'
import { type Api, CONFIG as OTHERS, startApi } from '../harness.ts'
import { type Browser, openBrowser, type Page } from './browser.ts'
import { fieldsOf, press } from './form.ts'

/* A secret that was typed stays with a form that comes again, and nobody can read it in the page. */

const key = 'a-owner'
let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const hook = { ...OTHERS.channels[0], id: 'hook', name: 'Hook' }
  const policies = [{ id: 'all', name: 'All', groupWait: '0s', notify: [{ channel: 'hook' }] }]
  const body = { ...OTHERS, channels: [hook], policies }
  expect((await api.ask('PUT', '/api/v1/config', { key, body })).status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn(key)
})

const NEW = '/channels/new?type=pagerduty'
const typedOf = (page: Page): string => fieldsOf(page).find(([name]) => name === 'typed')?.[1] ?? ''
const routingKey = 'R0123456789ABCDEF0123456789ABCDE'

/** Another letter in the middle. */
function turned(text: string): string {
  const middle = text.length >> 1
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1)
}

async function storedChannels(): Promise<readonly object[]> {
  const { config } = await api.deps.configs.current('a')
  return config.channels.filter(({ id }) => id !== 'hook')
}

/** The secret of the only stored channel beside the first. */
async function storedSecret(): Promise<string> {
  const [, sealed = ''] = /"routingKey":"([^"]*)"/.exec(JSON.stringify(await storedChannels())) ?? []
  return api.secrets.open(sealed)
}

describe('a typed secret', () => {
  test('is kept by a refused form, and stored when the rest is right', async () => {
    const form = await browser.visit(NEW)
    const refused = await press(browser, NEW, form, 'save', { name: '', routingKey })
    expect([refused.status, refused.text.includes(routingKey)]).toEqual([422, false])
    expect(refused.text).toContain('placeholder="as you typed it, unless you type another"')
    const saved = await press(browser, NEW, refused, 'save', { name: 'Pager' })
    expect([saved.status, saved.text.includes(routingKey)]).toEqual([303, false])
    expect(await storedSecret()).toBe(routingKey)
  })

  test('gives way to a secret that is typed anew', async () => {
    const refused = await press(browser, NEW, await browser.visit(NEW), 'save', { name: '', routingKey })
    const other = routingKey.replace('R', 'S')
    expect((await press(browser, NEW, refused, 'save', { name: 'Pager', routingKey: other })).status).toBe(303)
    expect(await storedSecret()).toBe(other)
  })

  test.each(['too old', 'edited'])('that is %s is asked for again, and nothing is stored', async (what) => {
    const refused = await press(browser, NEW, await browser.visit(NEW), 'save', { name: '', routingKey })
    if (what === 'too old') {
      api.time.now += 2 * DAY
      await browser.signIn(key)
    }
    const typed = what === 'edited' ? turned(typedOf(refused)) : typedOf(refused)
    const again = await press(browser, NEW, refused, 'save', { name: 'Pager', typed })
    expect([again.status, again.text.includes('type them again')]).toEqual([422, true])
    expect(await storedChannels()).toEqual([])
  })

  test('is of no use to another account, or in another form', async () => {
    const refused = await press(browser, NEW, await browser.visit(NEW), 'save', { name: '', routingKey })
    const typed = typedOf(refused)
    const stranger = openBrowser(api)
    await stranger.signIn('b-owner')
    const there = await press(stranger, NEW, await stranger.visit(NEW), 'save', { name: 'Pager', typed })
    expect([there.status, there.text.includes('type them again')]).toEqual([422, true])
    const path = '/channels/new?type=opsgenie'
    const here = await press(browser, path, await browser.visit(path), 'save', { name: 'Ops', typed })
    expect([here.status, here.text.includes('type them again')]).toEqual([422, true])
  })
})
