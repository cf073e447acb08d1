import { beforeAll, describe, expect, test } from 'vitest'
import { apiRoutes } from '../../../../functions/api/handler.ts'
import { HOUR, SECOND, toRfc3339 } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, ROLES, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

/* Every page, by every role and by another account; and texts that try to be something else. */

/** Texts that must come back as texts. */
const HOSTILE = {
  script: '<script>alert(1)</script>',
  quote: '"><div hx-get="/session/end" hx-trigger="load">x</div><a href="',
  image: "'><img src=x onerror=alert(1)>",
  turned: '\u202Egnp.exe',
  long: 'x'.repeat(10_000),
  entity: '&lt;b&gt; &#60;i&#62;',
  template: '{{7*7}} <%= 7*7 %> #{7*7}',
}

/** Of a channel. */
const STRANGE = { name: HOSTILE.image, description: HOSTILE.quote }

let api: Api
let incident: string
let group: string
let silence: string
let keyId: string
let event: string
const browsers = new Map<string, Browser>()

beforeAll(async () => {
  api = await startApi()
  const policies = [
    { id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }], lifecycle: ['bus'] },
  ]
  const views = [{ id: 'mine', name: HOSTILE.quote.slice(0, 90), query: 'level=P1' }]
  const channels = [...CONFIG.channels, { id: 'bus', type: 'cloudevents', url: 'https://bus.example.net/', ...STRANGE }]
  const users = [{ id: 'hostile', name: 'Mei', phone: '86-13800000001', emails: ['mei@example.net'] }]
  const rotation = { start: '2026-01-05T09:00', every: '1w', order: ['hostile'] }
  const userGroups = [{ id: 'hostile-group', name: 'Night', members: ['hostile'], rotation }]
  const calendars = [{ id: 'office', daysOff: ['2026-11-21'] }]
  const rules = [{ id: 'route', template: 'actiontrail/vpc-route-change' }]
  const templates = [{ id: 'words', name: 'Words', slack: { content: '{{ alert.labels.alertname }} & more' } }]
  const body = { ...CONFIG, channels, policies, views, users, userGroups, calendars, rules, templates }
  const { status, text } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })
  expect([status, text]).toEqual([200, expect.anything()])
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`label${n}`, `value${n}`]))
  const annotations = { summary: HOSTILE.script, message: HOSTILE.quote, runbook_url: 'javascript:alert(1)' }
  await api.post('a', [
    {
      labels: { alertname: HOSTILE.quote, severity: 'critical', team: HOSTILE.image, ...many },
      annotations,
      generatorURL: 'data:text/html,x',
    },
    ...Object.entries(HOSTILE).map(([pod, summary]) => ({
      labels: { alertname: 'Many', pod, turned: HOSTILE.turned },
      annotations: { summary },
    })),
  ])
  const { json } = await api.ask('GET', '/api/v1/groups?level=P1', { key: 'a-owner' })
  group = json.items[0].id
  incident = json.items[0].incident
  const options = { key: 'a-responder', body: { by: HOSTILE.script, comment: HOSTILE.quote } }
  for (const type of ['claim', 'comment']) {
    await api.ask('POST', `/api/v1/incidents/${incident}/${type}`, options)
    await api.run([api.sent.at(-1)!.body])
  }
  const made = {
    matchers: [{ label: 'team', value: HOSTILE.image }],
    ...{ endsAt: toRfc3339(api.time.now + HOUR), comment: HOSTILE.quote, by: HOSTILE.script },
  }
  silence = (await api.ask('POST', '/api/v1/silences', { key: 'a-responder', body: made })).json.id
  const user = { id: 'mei-liu', name: HOSTILE.script.slice(0, 20) }
  await api.ask('POST', '/api/v1/users', { key: 'a-owner', body: user })
  keyId = (await api.ask('POST', '/api/v1/keys', { key: 'a-owner', body: { name: HOSTILE.quote, role: 'viewer' } }))
    .json.id
  await api.later(SECOND, 'a', [group])
  event = (await api.ask('GET', '/api/v1/events', { key: 'a-owner' })).json.items[0].delivery
  for (const key of [...ROLES.map((role) => `a-${role}`), 'b-owner']) {
    const browser = openBrowser(api)
    await browser.signIn(key)
    browsers.set(key, browser)
  }
})

const ofConsole = apiRoutes((await startApi()).deps).filter(({ page, path }) => page && !path.startsWith('/assets'))
const routes = ofConsole.filter(({ method }) => method === 'GET')
const forms = ofConsole.filter(({ method, path }) => method === 'POST' && path !== '/session/end')

const THINGS: [RegExp, () => string][] = [
  [/^\/incidents\/\{id\}/, () => incident],
  [/^\/silences\/\{id\}/, () => silence],
  [/^\/settings\/keys\/\{id\}/, () => keyId],
  [/^\/events\/\{id\}/, () => event],
  [/^\/integrations\/\{id\}/, () => 'post'],
  [/^\/users\/\{id\}/, () => 'hostile'],
  [/^\/user-groups\/\{id\}/, () => 'hostile-group'],
  [/^\/deliveries\/\{id\}/, () => event],
  [/^\/shifts\/\{id\}/, () => 'hostile-group'],
  [/^\/calendars\/\{id\}/, () => 'office'],
  [/^\/policies\/\{id\}/, () => 'all'],
  [/^\/rules\/\{id\}/, () => 'route'],
  [/^\/templates\/\{id\}/, () => 'words'],
]

/** Addresses of entries without `/edit`. */
const LEADS_ON = /^\/(integrations|channels|users|user-groups|calendars|shifts|policies|rules|templates)\/\{id\}$/

const WITH_QUERY: Record<string, string> = {
  '/integrations/new': '?type=prometheus',
  '/channels/new': '?type=webhook',
  '/deliveries/replay': '?state=dead',
}

function pathOf(path: string): string {
  const thing = THINGS.find(([pattern]) => pattern.test(path))
  return path.replace('{id}', thing?.[1]() ?? 'hook') + (WITH_QUERY[path] ?? '')
}

describe('every page', () => {
  test.each(routes.map(({ path, access }) => [path, access] as const))('%s is for %s', async (path, access) => {
    for (const role of ROLES) {
      const { status, headers } = await browsers.get(`a-${role}`)!.visit(pathOf(path))
      const may = access === 'anyone' || ROLES.indexOf(role) >= ROLES.indexOf(access as 'viewer')
      const good = path === '/sign-in' || LEADS_ON.test(path) ? 303 : 200
      expect([role, status]).toEqual([role, may ? good : 403])
      if (status !== 200 && status !== 403) continue
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
    }
    const stranger = openBrowser(api)
    expect((await stranger.visit(pathOf(path))).status).toBe(access === 'anyone' ? 200 : 303)
  })

  test.each(routes.filter(({ path }) => path.includes('{id}')).map(({ path }) => path))(
    '%s of another account is 404',
    async (path) => {
      const { status, text } = await browsers.get('b-owner')!.visit(pathOf(path))
      expect([status, text.includes(HOSTILE.template)]).toEqual([404, false])
    },
  )

  test.each(routes.map(({ path }) => path))('%s shows texts of strangers as texts, in both languages', async (path) => {
    for (const language of ['en', 'zh']) {
      const { text } = await browsers.get('a-owner')!.visit(pathOf(path), { headers: { 'accept-language': language } })
      expect(text).not.toMatch(/<script>alert|<img src=x|<div hx-get="\/session/i)
      expect(text).not.toMatch(/href="(?:javascript|data):/i)
      // An attribute that was closed by a text would leave its rest as an attribute.
      expect(text).not.toMatch(/ onerror=(?!alert\(1\)&gt;)/)
      expect(text).not.toContain('undefined')
      expect(text).not.toContain('[object')
      expect(text).not.toMatch(/ style="/)
    }
  })
})

describe('a query', () => {
  const HOSTILE_QUERY = encodeURIComponent(HOSTILE.quote)

  test.each([
    ...[
      '/?add=',
      '/?q=',
      '/?handler=',
      '/?policy=',
      '/?level=',
      '/?state=',
      '/?sort=',
      '/?after=',
      '/?done=',
      '/?filter=',
    ],
    ...['/incidents?q=', '/incidents?tab=', '/incidents?done=', '/silences?q=', '/silences?by=', '/silences?state='],
    ...['/inbox?user=', '/inbox?after=', '/settings?done=', '/settings/keys?done=', '/settings/configuration?done='],
    ...['/calendars?done=', '/calendars?id='],
    ...['/deliveries?state=', '/deliveries?incident=', '/deliveries?target=', '/deliveries?after='],
    ...['/deliveries/replay?target=', '/deliveries/replay?state=', '/deliveries/replay?state=dead&after='],
    ...['why?n=', 'why?at=', 'why?target='].map((query) => `/incidents/{id}/${query}`),
    ...['/events?type=', '/events?incident=', '/events?from='],
    ...['/silences/new?filter=', '/silences/new?group=', '/silences/new?edit=', '/sign-in?next=', '/sign-in?code='],
  ])('%s with a hostile value is shown as text or refused, and breaks nothing', async (path) => {
    for (const value of [HOSTILE_QUERY, encodeURIComponent(HOSTILE.long), '%00', '%ff', '__proto__', 'constructor']) {
      const { status, text } = await browsers.get('a-owner')!.visit(path.replace('{id}', incident) + value)
      expect([path, status < 500]).toEqual([path, true])
      expect(text).not.toContain('<div hx-get="/session')
    }
  })
})

describe('a form', () => {
  const values = [HOSTILE.quote, HOSTILE.script, HOSTILE.long, '\u0000', '', '-1', '[]']

  test.each(forms.map(({ path }) => path))(
    '%s with hostile fields is answered, and never by an error of ours',
    async (path) => {
      const names = [
        'text',
        'to',
        'next',
        'act',
        'incident',
        'label',
        'op',
        'value',
        'use',
        'time',
        'other',
        'comment',
        'do',
        'name',
        'query',
        'page',
        'lang',
        'user',
        'message',
        'role',
        'once',
        'overlap',
        'document',
        ...['state', 'target', 'until', 'after', 'delivery', 'channel', 'q'],
        ...['tag', 'for', 'workdays', 'worktime', 'daysOff', 'timeZone'],
        ...['rotation.start', 'rotation.order', 'rotation.overrides'],
      ]
      for (const value of values) {
        const form = Object.fromEntries(names.map((name) => [name, value]))
        const { status, text } = await openedAs('a-owner', (browser) => browser.visit(pathOf(path), { form }))
        expect([path, value.slice(0, 20), status < 500]).toEqual([path, value.slice(0, 20), true])
        expect(text).not.toContain('<div hx-get="/session')
      }
    },
  )

  test('that is too long, or no form, is refused', async () => {
    const browser = browsers.get('a-owner')!
    expect((await browser.visit('/silences/new', { form: { comment: 'x'.repeat(300_000) } })).status).toBe(413)
    const json = { form: { a: 'b' }, headers: { 'content-type': 'application/json' } }
    expect((await browser.visit('/silences/new', json)).status).toBe(415)
  })
})

async function openedAs<T>(key: string, run: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = openBrowser(api)
  await browser.signIn(key)
  return await run(browser)
}

describe('files', () => {
  test('are kept for ever under the hash of their release, and not found under another', async () => {
    const { text } = await browsers.get('a-owner')!.visit('/')
    const [, path = ''] = /href="(\/assets\/[0-9a-f]{12}\/console\.css)"/.exec(text) ?? []
    const css = await openBrowser(api).visit(path)
    expect([css.status, css.headers.get('cache-control'), css.headers.get('content-type')]).toEqual([
      ...[200, 'public, max-age=31536000, immutable', 'text/css; charset=utf-8'],
    ])
    expect((await openBrowser(api).visit(path.replace(/[0-9a-f]{12}/, '0'.repeat(12)))).status).toBe(404)
    expect((await openBrowser(api).visit(path.replace('console.css', '..%2Fassets.ts'))).status).toBe(404)
  })
})

describe('the live part of a page', () => {
  test.each(['/', '/incidents', '/silences', '/incidents/{id}'])(
    '%s is 304 and empty until something changes',
    async (path) => {
      const browser = browsers.get('a-viewer')!
      const whole = await browser.visit(pathOf(path))
      const [, at = '', tag = ''] = /hx-get="([^"]+)"[^>]*hx-ptag="([^"]+)"/.exec(whole.text) ?? []
      expect(tag).not.toBe('')
      const url = at.replaceAll('&amp;', '&')
      const same = await browser.visit(url, { headers: { 'hx-ptag': tag, 'hx-request': 'true' } })
      expect([same.status, same.text, same.headers.get('hx-ptag')]).toEqual([304, '', tag])
      const other = await browser.visit(url, { headers: { 'hx-ptag': 'x', 'hx-request': 'true' } })
      expect([other.status, other.headers.get('hx-ptag'), other.text.startsWith('<div id=')]).toEqual([200, tag, true])
    },
  )

  test('says that the session is over, and leads nowhere', async () => {
    const { status, headers } = await openBrowser(api).visit('/?part=live', { headers: { 'hx-request': 'true' } })
    expect([status, headers.get('location')]).toEqual([403, null])
  })
})
