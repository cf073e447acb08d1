import { beforeEach, describe, expect, test } from 'vitest'
import { ownPath } from '../../../../functions/api/console/session/own-path.ts'
import { hashKey } from '../../../../shared/account/keys.ts'
import { DAY, HOUR, MINUTE } from '../../../../shared/base/time.ts'
import { putSignIn } from '../../../../shared/store/sign-ins.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser
const COOKIE = '__Host-tocsin'

beforeEach(async () => {
  api = await startApi()
  browser = openBrowser(api)
})

/** Whether the page of alerts opens. */
const isIn = async (of: Browser = browser): Promise<boolean> => (await of.visit('/')).status === 200

describe('signing in', () => {
  test('with a key opens the pages, by a cookie that scripts cannot read', async () => {
    expect(await isIn()).toBe(false)
    const { status, headers } = await browser.signIn('a-viewer')
    expect([status, headers.get('location')]).toEqual([303, '/'])
    expect(headers.getSetCookie()[0]).toMatch(
      /^__Host-tocsin=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(await isIn()).toBe(true)
  })

  test('a page without a session leads there and back', async () => {
    const { status, headers } = await browser.visit('/incidents?tab=closed')
    expect([status, headers.get('location')]).toEqual([303, '/sign-in?next=%2Fincidents%3Ftab%3Dclosed'])
    const form = { key: 'a-viewer', next: '/incidents?tab=closed' }
    expect((await browser.visit('/session', { form })).headers.get('location')).toBe('/incidents?tab=closed')
  })

  test('a wrong key is 401 and the same page, without the key; asking for the page is no guess', async () => {
    expect((await browser.visit('/sign-in')).status).toBe(200)
    for (const key of ['nobody-has-this', '', 'x'.repeat(5000)]) {
      const { status, text } = await browser.visit('/session', { form: { key } })
      expect([status, browser.cookies.has(COOKIE)]).toEqual([401, false])
      expect(text).toContain('No account has this key')
      if (key !== '') expect(text).not.toContain(key)
    }
  })

  test('ends at once when the key is deleted, rotated without overlap, or the session is signed out', async () => {
    await browser.signIn('a-viewer')
    const owner = { key: 'a-owner' }
    expect((await api.ask('POST', '/api/v1/keys/viewer/rotate', { ...owner, body: { overlap: '0s' } })).status).toBe(
      200,
    )
    expect(await isIn()).toBe(false)
    await browser.signIn('a-editor')
    expect((await api.ask('DELETE', '/api/v1/keys/editor', owner)).status).toBe(204)
    expect(await isIn()).toBe(false)
    await browser.signIn('a-responder')
    await browser.visit('/session/end', { form: {} })
    expect([browser.cookies.has(COOKIE), await isIn()]).toEqual([false, false])
  })

  test('a role that changes counts at once', async () => {
    await browser.signIn('a-responder')
    expect((await browser.visit('/silences/new')).status).toBe(200)
    const body = { name: 'responder', role: 'viewer' }
    expect((await api.ask('PUT', '/api/v1/keys/responder', { key: 'a-owner', body })).status).toBe(200)
    expect((await browser.visit('/silences/new')).status).toBe(403)
  })

  test('nobody uses it for twelve hours: it ends; it is used: it lives for seven days', async () => {
    await browser.signIn('a-viewer')
    api.time.now += 11 * HOUR
    expect(await isIn()).toBe(true)
    api.time.now += 11 * HOUR
    expect(await isIn()).toBe(true)
    api.time.now += 13 * HOUR
    expect(await isIn()).toBe(false)
    await browser.signIn('a-viewer')
    for (let hours = 0; hours < 167; hours += 10) {
      expect(await isIn()).toBe(true)
      api.time.now += 10 * HOUR
    }
    expect(await isIn()).toBe(false)
  })

  test('an edited cookie opens nothing', async () => {
    await browser.signIn('a-viewer')
    const good = browser.cookies.get(COOKIE)!
    for (let at = 0; at < good.length; at += 5) {
      browser.cookies.set(COOKIE, good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1))
      expect(await isIn()).toBe(false)
    }
    for (const bad of [`${good}.x`, good.slice(0, -3), '...', 'x', good.split('.').slice(0, 3).join('.')]) {
      browser.cookies.set(COOKIE, bad)
      expect(await isIn()).toBe(false)
    }
  })

  test('the cookie opens pages and not the API, and a key opens no page', async () => {
    await browser.signIn('a-owner')
    expect((await browser.visit('/api/v1/incidents')).status).toBe(401)
    expect((await api.ask('GET', '/', { key: 'a-owner' })).status).toBe(303)
  })

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/a\nb', '', 'x'])(
    'never leads to %j',
    async (next) => {
      expect(ownPath(next)).toBe('/')
      expect((await browser.visit('/session', { form: { key: 'a-viewer', next } })).headers.get('location')).toBe('/')
    },
  )
})

describe('a form that is sent after the session', () => {
  const hidden = (text: string): string => /name="kept" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const channel = { name: 'On call', url: 'https://hook.example/a-secret-path', id: '' }
  const to = '/channels/new?type=webhook'
  const referer = 'https://tocsin.example/channels/new?type=webhook'

  test('waits for the person to sign in, is sent once the person says so, and shows no secret meanwhile', async () => {
    await browser.signIn('a-editor')
    api.time.now += 13 * HOUR
    const over = await browser.visit(to, { form: channel, headers: { referer } })
    expect([over.status, over.text.includes('Your session is over')]).toEqual([403, true])
    const kept = hidden(over.text)
    const wrong = await browser.visit('/session', { form: { key: 'nobody', kept } })
    expect([wrong.status, hidden(wrong.text)]).toEqual([401, kept])
    const next = /name="next" value="([^"]+)"/.exec(over.text)?.[1] ?? ''
    expect(next).toBe(to)
    const again = await browser.visit('/session', { form: { key: 'a-editor', kept, next } })
    expect([again.status, hidden(again.text)]).toEqual([200, kept])
    expect(again.text).toContain(`action="${to}"`)
    for (const { text } of [over, wrong, again]) expect(text).not.toContain('a-secret-path')
    const sent = await browser.visit(to, { form: { kept } })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/channels?done=created&id=on-call'])
  })

  test('goes to no other page, is no other text, ends after a day, and comes from this console alone', async () => {
    const over = await browser.visit(to, { form: channel })
    const kept = hidden(over.text)
    await browser.signIn('a-editor')
    for (const [path, text] of [
      ['/channels/new?type=dingtalk', kept],
      ['/policies/new', kept],
      [to, `${kept.slice(0, -4)}AAAA`],
      [to, 'sealed:v1:AAAA'],
      [to, ''],
    ] as const) {
      expect([path, (await browser.visit(path, { form: { kept: text } })).status]).toEqual([path, 422])
    }
    api.time.now += 25 * HOUR
    await browser.signIn('a-editor')
    expect((await browser.visit(to, { form: { kept } })).status).toBe(422)
    await browser.visit('/session/end', { form: {} })
    const foreign = await browser.visit(to, { form: channel, headers: { 'sec-fetch-site': 'cross-site' } })
    expect([foreign.status, hidden(foreign.text)]).toEqual([403, ''])
    const elsewhere = await browser.visit(to, { form: channel, headers: { referer: 'https://evil.example//evil' } })
    expect(elsewhere.text).toContain('name="next" value="/evil"')
  })
})

describe('a page of an account, when another tab has signed in to another account', () => {
  const silence = { by: 'mei', comment: 'deploying', m: 'x' }

  test('every form that is posted says its account', async () => {
    await browser.signIn('a-owner')
    for (const path of ['/', '/silences/new', '/integrations/new?type=prometheus', '/settings/keys', '/settings']) {
      const { text } = await browser.visit(path)
      const forms = text.match(/<form\b[^>]*method="post"[^>]*>/g) ?? []
      const said = text.match(/<form\b[^>]*method="post"[^>]*><input type="hidden" name="account" value="a">/g) ?? []
      expect([path, said.length, said.length > 0]).toEqual([path, forms.length, true])
    }
  })

  test.each(['/silences/new', '/settings/keys', '/views'])(
    '%s does nothing in the other account, and says so',
    async (path) => {
      await browser.signIn('b-owner')
      const before = await api.ask('GET', '/api/v1/config', { key: 'b-owner' })
      const { status, text } = await browser.visit(path, { form: { ...silence, account: 'a' } })
      expect([status, text.includes('You are signed in to another account now')]).toEqual([409, true])
      expect((await api.ask('GET', '/api/v1/config', { key: 'b-owner' })).json).toEqual(before.json)
      expect((await api.ask('GET', '/api/v1/silences', { key: 'b-owner' })).json.items).toEqual([])
    },
  )

  test.each(['/', '/incidents', '/silences'])('%s is read anew in the place of the news of the other', async (path) => {
    await browser.signIn('a-viewer')
    const { text } = await browser.visit(path)
    const [, at = '', tag = ''] = /hx-get="([^"]+)"[^>]*hx-ptag="([^"]+)"/.exec(text) ?? []
    await browser.signIn('b-owner')
    const headers = { 'hx-ptag': tag, 'hx-request': 'true' }
    const news = await browser.visit(at.replaceAll('&amp;', '&'), { headers })
    expect([news.status, news.headers.get('hx-refresh'), news.text]).toEqual([200, 'true', ''])
  })

  test('it signs out, and keeps what a person chooses for the browser', async () => {
    await browser.signIn('b-owner')
    const chosen = await browser.visit('/preferences', { form: { theme: 'dark', account: 'a' } })
    expect(chosen.status).toBe(303)
    expect((await browser.visit('/session/end', { form: { account: 'a' } })).status).toBe(303)
    expect(await isIn()).toBe(false)
  })
})

describe('an address that signs in once', () => {
  const code = async (): Promise<string> => {
    const { status, json } = await api.ask('POST', '/api/v1/sign-in-links', { key: 'a-editor' })
    expect(status).toBe(201)
    return new URL(json.url).searchParams.get('code')!
  }

  test('shows a button, and only the button signs in, once', async () => {
    const secret = await code()
    for (let looks = 0; looks < 3; looks++) {
      const { status, text } = await browser.visit(`/sign-in?code=${secret}`)
      expect([status, text.includes('Sign in to the account a')]).toEqual([200, true])
    }
    expect(await isIn()).toBe(false)
    expect((await browser.visit('/session', { form: { code: secret } })).status).toBe(303)
    expect(await isIn()).toBe(true)
    const other = openBrowser(api)
    expect((await other.visit('/session', { form: { code: secret } })).status).toBe(401)
    expect((await other.visit(`/sign-in?code=${secret}`)).text).toContain('was used')
  })

  test('signs a browser in that is signed in by another key already, and leads on where the key is the same', async () => {
    const [secret, same] = [await code(), await code()]
    await browser.signIn('a-viewer')
    expect((await browser.visit(`/sign-in?code=${secret}`)).text).toContain('Sign in to the account a')
    await browser.visit('/session', { form: { code: secret } })
    expect((await browser.visit('/settings')).text).toContain('editor')
    const again = await browser.visit(`/sign-in?code=${same}&next=/silences`)
    expect([again.status, again.headers.get('location')]).toEqual([303, '/silences'])
    const over = await browser.visit(`/sign-in?code=${secret}`)
    expect([over.status, over.headers.get('location')]).toEqual([303, '/'])
  })

  test('of two that press the button at the same moment one is let in', async () => {
    const secret = await code()
    const tries = await Promise.all([1, 2].map(() => openBrowser(api).visit('/session', { form: { code: secret } })))
    expect(tries.map(({ status }) => status).sort()).toEqual([303, 401])
  })

  test('ends after ten minutes, and with its key', async () => {
    const late = await code()
    api.time.now += 11 * MINUTE
    expect((await browser.visit('/session', { form: { code: late } })).status).toBe(401)
    await putSignIn(api.table, hashKey('gone'), { account: 'a', key: hashKey('no key'), until: api.time.now + DAY })
    expect((await browser.visit('/session', { form: { code: 'gone' } })).status).toBe(401)
  })
})

describe('forms of other sites', () => {
  const post = (headers: Record<string, string>) => browser.visit('/silences/new', { form: { do: 'add' }, headers })

  test.each<[name: string, headers: Record<string, string>, status: number]>([
    ['of this site', { 'sec-fetch-site': 'same-origin' }, 200],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of a neighbour', { 'sec-fetch-site': 'same-site' }, 403],
    ['typed or from a bookmark', { 'sec-fetch-site': 'none' }, 403],
  ])('a form %s', async (_, headers, status) => {
    await browser.signIn('a-responder')
    expect((await post(headers)).status).toBe(status)
  })

  test.each<[origin: string | undefined, host: string, status: number]>([
    ['http://192.168.0.7:8080', '192.168.0.7:8080', 200],
    ['http://evil.example', '192.168.0.7:8080', 403],
    ['null', '192.168.0.7:8080', 403],
    ['https://tocsin.example', 'behind-a-proxy:8080', 200],
    [undefined, '192.168.0.7:8080', 403],
  ])('without Sec-Fetch-Site, from %s to %s', async (origin, host, status) => {
    await browser.signIn('a-responder')
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const headers = { cookie, host, 'content-type': 'application/x-www-form-urlencoded', ...(origin && { origin }) }
    const request = new Request('https://tocsin.example/silences/new', { method: 'POST', headers, body: 'do=add' })
    expect((await api.handle(request)).status).toBe(status)
  })

  test('cannot sign in, sign out, or choose a language either', async () => {
    for (const path of ['/session', '/session/end', '/preferences']) {
      const answer = await browser.visit(path, {
        form: { key: 'a-owner' },
        headers: { 'sec-fetch-site': 'cross-site' },
      })
      expect([path, answer.status, browser.cookies.size]).toEqual([path, 403, 0])
    }
  })
})
