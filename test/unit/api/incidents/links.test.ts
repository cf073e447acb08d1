import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, SECOND } from '../../../../shared/base/time.ts'
import { type Answered, type Api, CONFIG, startApi } from '../harness.ts'

const HOSTILE = '<img src=x onerror=alert(1)>"\'&\u202e'

let api: Api
let id: string
beforeEach(async () => {
  api = await startApi()
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: CONFIG })
  await api.post('a', [{ labels: { alertname: HOSTILE, ['__proto__']: 'p' }, annotations: { summary: HOSTILE } }])
  const [alert] = (await api.ask('GET', '/api/v1/alerts', { key: 'a-viewer' })).json.items
  await api.later(5 * SECOND, 'a', [alert.groups[0].id])
  const [incident] = (await api.ask('GET', '/api/v1/incidents', { key: 'a-viewer' })).json.items
  id = incident.id
  api.sent.length = 0
})

const make = async (body?: unknown): Promise<string> => {
  const { status, json } = await api.ask('POST', `/api/v1/incidents/${id}/links`, { key: 'a-responder', body })
  expect(status).toBe(201)
  return new URL(json.url).pathname
}
const get = (path: string, headers: Record<string, string> = { accept: 'text/html' }, method = 'GET') =>
  api.ask(method, path, { headers })
const JSON_ONLY = { accept: 'application/json' }
const form = (path: string, fields: Record<string, string>): Promise<Answered> =>
  api.ask('POST', path, {
    body: new URLSearchParams(fields).toString(),
    type: 'application/x-www-form-urlencoded',
    headers: { accept: 'text/html' },
  })
/** Handles the messages that the api sent to dispatch. */
const decide = async (): Promise<void> => {
  await api.run(api.sent.splice(0).map(({ body }) => body))
}
const timeline = async () => (await api.ask('GET', `/api/v1/incidents/${id}`, { key: 'a-viewer' })).json.timeline

describe('making a link', () => {
  test('says what it may and when it ends: view only and seven days, when nothing is asked', async () => {
    const path = `/api/v1/incidents/${id}/links`
    const { json } = await api.ask('POST', path, { key: 'a-responder' })
    expect(json).toEqual({
      url: expect.stringMatching(/^https:\/\/tocsin\.example\/l\/tsl_/),
      rights: [],
      endsAt: new Date(api.time.now + 7 * DAY).toISOString(),
    })
    const body = { rights: ['close', 'claim', 'claim'], expiresIn: '1h' }
    const wide = await api.ask('POST', path, { key: 'a-responder', body })
    expect(wide.json).toMatchObject({
      rights: ['claim', 'close'],
      endsAt: new Date(api.time.now + HOUR).toISOString(),
    })
  })

  test.each([
    [{ rights: ['reopen'] }, 'rights[0]'],
    [{ expiresIn: '8d' }, 'expiresIn'],
    [{ expiresIn: '1s' }, 'expiresIn'],
    [{ expiresIn: 'soon' }, 'expiresIn'],
    [{ for: 'ada' }, 'for'],
  ])('%j is refused at %s', async (body, path) => {
    const { status, json } = await api.ask('POST', `/api/v1/incidents/${id}/links`, { key: 'a-responder', body })
    expect(status).toBe(422)
    expect(json.error.details[0].path).toBe(path)
  })
})

describe('following a link', () => {
  test('shows the incident, with nothing that runs, loads or leads elsewhere', async () => {
    const { status, text, headers } = await get(await make())
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-robots-tag')).toContain('noindex')
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    const [, style] = /<style>([^<]*)<\/style>/.exec(text) ?? []
    const hash = createHash('sha256').update(style!).digest('base64')
    expect(headers.get('content-security-policy')).toContain(`'sha256-${hash}'`)
    expect(text).not.toContain('style="')
    expect(headers.get('set-cookie')).toBeNull()
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;')
    expect(text).not.toContain('<img')
    expect(text).toContain('<dt><bdi>__proto__</bdi></dt><dd><bdi>p</bdi></dd>')
    expect(text).not.toMatch(/<script|<form|<a |href=|src="/)
  })

  test('shows the same as JSON, and not what the account calls its things', async () => {
    const { json } = await get(await make({ rights: ['claim'] }), JSON_ONLY)
    expect(Object.keys(json).sort()).toEqual(['alerts', 'id', 'labels', 'level', 'levels', 'link', 'openedAt', 'state'])
    expect(json).toMatchObject({ id, state: 'open', link: { rights: ['claim'] } })
    expect(json.alerts[0].annotations.summary).toBe(HOSTILE)
  })

  test('shows of very many alerts the first, and how many more there are', async () => {
    const many = Array.from({ length: 80 }, (_, n) => ({ labels: { alertname: HOSTILE, n: `${n}` } }))
    await api.post('a', many)
    const path = await make()
    const { json } = await get(path, JSON_ONLY)
    expect([json.alerts.length, json.truncatedAlerts]).toEqual([50, 31])
    expect((await get(path)).text).toContain('and 31 more')
  })

  test('changes nothing, however often and by whomever', async () => {
    const path = await make({ rights: ['claim', 'comment', 'close'] })
    const puts: unknown[] = []
    const { put } = api.table
    api.table.put = (item, when) => {
      puts.push(item)
      return put(item, when)
    }
    const purposes: Record<string, string>[] = [
      { 'sec-purpose': 'prefetch' },
      { 'user-agent': 'Slackbot-LinkExpanding 1.0' },
      {},
    ]
    for (const headers of purposes) {
      for (const method of ['GET', 'HEAD']) {
        const { status, text } = await get(path, headers, method)
        expect([status, text === '']).toEqual([200, method === 'HEAD'])
        for (const below of ['/claim', '/close', '/comment'])
          expect((await get(path + below, headers, method)).status).toBe(405)
      }
    }
    expect(puts).toEqual([])
    expect(api.sent).toEqual([])
    expect((await get(path)).status).toBe(200)
  })

  test('a link that is wrong in any way gets one answer, which repeats nothing of it', async () => {
    const path = await make()
    const right = await get(path)
    const ended = [
      path.slice(0, -1),
      `${path}A`,
      '/l/tsl_',
      '/l/x',
      `/l/${'A'.repeat(3000)}`,
      path.replace('tsl', 'tsn'),
    ]
    const [first, ...others] = await Promise.all(ended.map((wrong) => get(wrong)))
    expect(first!.status).toBe(404)
    expect(first!.headers.get('content-security-policy')).toBe(right.headers.get('content-security-policy'))
    for (const { status, text } of others) expect([status, text]).toEqual([404, first!.text])
    api.time.now += 7 * DAY
    expect((await get(path)).text).toBe(first!.text)
    expect((await form(`${path}/claim`, {})).text).toBe(first!.text)
    const below = await get(`${path}/nothing`)
    expect([below.status, below.text.includes('tsl_')]).toEqual([404, false])
  })

  test('an incident that is closed is shown, and cannot be claimed', async () => {
    const path = await make({ rights: ['claim', 'comment', 'close'] })
    await form(`${path}/close`, { by: 'ada', solution: 'logs rotated' })
    await decide()
    const { text } = await get(path)
    expect(text).toContain('link: ada')
    expect(text).toContain('logs rotated')
    expect(text.match(/<form/g)).toHaveLength(1)
    expect((await form(`${path}/claim`, {})).status).toBe(409)
  })
})

describe('acting by a link', () => {
  test('claims, by a button without a script, in the name that is typed', async () => {
    const path = await make({ rights: ['claim'] })
    const { text } = await get(path)
    const [, action] = /<form method="post" action="([^"]+)">/.exec(text) ?? []
    expect(new URL(action!, `https://tocsin.example${path}`).pathname).toBe(`${path}/claim`)
    const [, once] = /name="once" value="([^"]+)"/.exec(text) ?? []
    const fields = { by: ' ada ', once: once! }
    for (let times = 0; times < 3; times++) {
      const done = await form(`${path}/claim`, fields)
      expect(done.status).toBe(202)
      const [, back] = /href="([^"]+)"/.exec(done.text) ?? []
      expect(new URL(back!, `https://tocsin.example${path}/claim`).pathname).toBe(path)
    }
    await decide()
    expect((await timeline()).filter(({ kind }: { kind: string }) => kind === 'claimed')).toEqual([
      expect.objectContaining({ by: 'link: ada' }),
    ])
    expect((await get(path)).text).toContain('link: ada')
  })

  test('who types no name is "link"', async () => {
    const path = await make({ rights: ['comment'] })
    await form(`${path}/comment`, { by: '', comment: HOSTILE })
    await decide()
    const said = (await timeline()).find(({ kind }: { kind: string }) => kind === 'commented')
    expect(said).toMatchObject({ by: 'link', text: HOSTILE })
    expect((await get(path)).text).not.toContain('<img')
  })

  test.each([
    ['/comment', {}],
    ['/comment', { comment: 'x'.repeat(4001) }],
    ['/claim', { by: 'x'.repeat(101) }],
    ['/claim', { account: 'b' }],
    ['/close', { ['__proto__']: 'x' }],
  ])('%s of %j is refused', async (below, fields) => {
    const path = await make({ rights: ['claim', 'comment', 'close'] })
    const { status, headers } = await form(path + below, fields as Record<string, string>)
    expect([status, headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8'])
    expect(api.sent).toEqual([])
  })

  test('a link may do what it says and nothing else', async () => {
    const path = await make({ rights: ['comment'] })
    expect((await get(path)).text.match(/<form/g)).toHaveLength(1)
    expect((await form(`${path}/claim`, {})).status).toBe(403)
    expect((await form(`${path}/close`, {})).status).toBe(403)
    expect((await form(`${path}/reopen`, {})).status).toBe(404)
    expect(api.sent).toEqual([])
  })

  test('as JSON it is answered as JSON', async () => {
    const path = await make({ rights: ['close'] })
    const body = { by: 'ada', solution: 'done' }
    const { status, json } = await api.ask('POST', `${path}/close`, { body, headers: JSON_ONLY })
    expect(status).toBe(202)
    expect(json).toEqual({ id: expect.any(String), action: 'close', incident: id })
    const wrong = await api.ask('POST', `${path}x/close`, { body, headers: JSON_ONLY })
    expect(wrong.json.error).toMatchObject({ code: 'not_found' })
  })

  test('is 503 when the queue is away, for people too', async () => {
    const path = await make({ rights: ['claim'] })
    api.failSends()
    const { status, text } = await form(`${path}/claim`, {})
    expect(status).toBe(503)
    expect(text).toContain('try again')
  })
})

describe('in the language of the browser', () => {
  const zh = { accept: 'text/html', 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }
  const post = (path: string, headers: Record<string, string>) =>
    api.ask('POST', path, { body: 'by=ada', type: 'application/x-www-form-urlencoded', headers })

  test('the incident, its buttons, what was done, and what cannot be done', async () => {
    const link = await make({ rights: ['claim', 'comment', 'close'] })
    const page = (await get(link, zh)).text
    expect(page).toContain('<html lang="zh-CN">')
    for (const words of ['待处理', '正在发生', '认领：由我处理', '您的姓名', '关闭告警', '此链接有效至', '无人']) {
      expect(page).toContain(words)
    }
    // Nothing of the page is English, but for what senders wrote.
    const ours = page.replaceAll(/<(?:title|style|bdi)>[\s\S]*?<\/(?:title|style|bdi)>|<[^>]*>/g, ' ')
    expect(ours.match(/[A-Za-z]+/g)).toEqual(['Tocsin', 'UTC'])
    expect((await post(`${link}/claim`, zh)).text).toContain('已由您认领')
    await decide()
    expect((await get(link, zh)).text).toContain('link: ada')
    expect((await post(`${link}/close`, zh)).text).toContain('告警正在关闭')
    await decide()
    const late = await post(`${link}/claim`, zh)
    expect([late.status, late.text.includes('告警已关闭。')]).toEqual([409, true])
    expect((await get('/l/tsl_wrong', zh)).text).toContain('链接已过期、被撤销或不完整')
    const seeing = await make()
    expect((await post(`${seeing}/claim`, zh)).text).toContain('此链接没有该操作的权限。')
  })

  test.each([
    ['de-DE, zh;q=0.8', 'zh-CN'],
    ['en-GB, zh', 'en'],
    ['fr', 'en'],
    ['', 'en'],
  ])('%j is answered in %s', async (asked, lang) => {
    const { text } = await get(await make(), { accept: 'text/html', 'accept-language': asked })
    expect(text).toContain(`<html lang="${lang}">`)
  })
})

describe('ending links', () => {
  test.each([
    ['of an incident', 'responder', () => `/api/v1/incidents/${id}/links`],
    ['of the account', 'editor', () => '/api/v1/links'],
  ])('%s ends those that were made, and none that are made later', async (_what, role, path) => {
    const before = await make()
    api.time.now += SECOND
    expect((await api.ask('DELETE', path(), { key: `a-${role}` })).status).toBe(204)
    expect((await get(before)).status).toBe(404)
    api.time.now += SECOND
    expect((await get(await make())).status).toBe(200)
    expect((await get(before)).status).toBe(404)
  })

  test('those of another account go on', async () => {
    const path = await make()
    expect((await api.ask('DELETE', '/api/v1/links', { key: 'b-owner' })).status).toBe(204)
    expect((await api.ask('DELETE', `/api/v1/incidents/${id}/links`, { key: 'b-owner' })).status).toBe(404)
    expect((await get(path)).status).toBe(200)
  })
})
