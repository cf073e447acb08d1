import { beforeAll, describe, expect, test } from 'vitest'
import { policyText } from '../../../../functions/api/console/parts/labels.ts'
import { textsOf } from '../../../../functions/api/console/text/texts.ts'
import { Unavailable } from '../../../../shared/base/unavailable.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

/* Rules that hold on every page: refusals, numbers that follow, links, and empty lists. */

const COMMENT = 'rolling back. 正在回滚 <b>'
const labels = { alertname: 'HighLatency', severity: 'critical', team: 'shop' }
const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`label${n}`, `value${n}`]))

let api: Api
let goodReads = Number.POSITIVE_INFINITY
let incident: string
const browsers: Record<string, Browser> = {}

beforeAll(async () => {
  api = await startApi((table) => ({
    ...table,
    async get(key) {
      if (goodReads-- <= 0) throw new Unavailable('table', 'get', new Error('away'))
      return await table.get(key)
    },
  }))
  const policies = [
    {
      ...{ id: 'shop', match: [{ label: 'team', value: 'shop' }], groupBy: ['alertname'], groupWait: '0s' },
      notify: [{ channel: 'hook' }],
    },
  ]
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, policies } })
  await api.post('a', [
    {
      labels: { ...labels, ...many, pod: 'one' },
      annotations: {
        summary: 'slow',
        description: 'Look at the database.',
        runbook_url: 'https://runbooks.example.net/x',
      },
      generatorURL: 'https://prometheus.example.net/graph',
    },
  ])
  const { json } = await api.ask('GET', '/api/v1/groups?level=P1', { key: 'a-owner' })
  incident = json.items[0].incident
  for (const key of ['a-owner', 'a-viewer', 'a-responder']) {
    browsers[key] = openBrowser(api)
    await browsers[key].signIn(key)
  }
})

const zh = { 'accept-language': 'zh' }
const html = { accept: 'text/html' }

describe('a refusal', () => {
  test('names the role that is needed and the own one, in both languages, and keeps the navigation', async () => {
    const english = await browsers['a-viewer']!.visit('/silences/new')
    expect([
      english.status,
      english.text.includes('This needs the role responder. Your key has the role viewer.'),
    ]).toEqual([403, true])
    expect(english.text).toContain('<nav class="nav"')
    const chinese = await browsers['a-viewer']!.visit('/silences/new', { headers: zh })
    expect(chinese.text).not.toMatch(/This needs|your key/i)
  })

  test('an unknown path is a page for a person, and JSON for a program', async () => {
    const page = await browsers['a-viewer']!.visit('/nowhere', { headers: html })
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(page.text).toContain('<nav class="nav"')
    for (const path of ['/nowhere', '/api/v1/nowhere']) {
      const headers = path.startsWith('/api') ? html : {}
      expect((await browsers['a-viewer']!.visit(path, { headers })).text).toMatch(/^\{"error"/)
    }
  })

  test.each([0, 1, 2])(
    'a dependency that is away after %i reads: a form is sent again with one button',
    async (reads) => {
      const browser = openBrowser(api)
      await browser.signIn('a-responder')
      goodReads = reads
      const path = `/incidents/${incident}/comment`
      const refused = await browser.visit(path, { form: { text: COMMENT, once: 'once-of-this-form' } })
      goodReads = Number.POSITIVE_INFINITY
      expect([refused.status, refused.text.includes(COMMENT)]).toEqual([503, false])
      const [, kept = ''] =
        new RegExp(`action="${path}"><input type="hidden" name="kept" value="([^"]+)">`).exec(refused.text) ?? []
      const asked = api.sent.length
      const taken = await browser.visit(path, { form: { kept } })
      expect([taken.status, api.sent.slice(asked).some(({ body }) => body.includes('正在回滚'))]).toEqual([303, true])
    },
  )

  test('a key that was typed is never part of the page', async () => {
    const browser = openBrowser(api)
    goodReads = 0
    const { status, text } = await browser.visit('/session', { form: { key: 'a-secret-key' } })
    goodReads = Number.POSITIVE_INFINITY
    expect([status, text.includes('a-secret-key')]).toEqual([503, false])
  })

  test('a page that is away for the moment offers to try again', async () => {
    const browser = openBrowser(api)
    await browser.signIn('a-viewer')
    goodReads = 0
    const { status, text } = await browser.visit('/silences?state=expired')
    goodReads = Number.POSITIVE_INFINITY
    expect([status, text.includes('href="/silences?state=expired">Try again')]).toEqual([503, true])
  })
})

describe('a page that stays open', () => {
  test('gets its title and the numbers beside the list with the news', async () => {
    const { text } = await browsers['a-viewer']!.visit('/?part=live')
    expect(text).toContain('<title>(1) Alerts · Tocsin</title>')
    expect(text).toContain('<b class="n-alerts" hx-swap-oob="outerHTML:.n-alerts">1</b>')
    expect(text).toMatch(/<p class="counts" id="counts" role="status" hx-swap-oob="outerMorph">.*P1<\/span> <b>1<\/b>/)
  })
})

describe('an incident', () => {
  test('says near its name who was told and who has it; what is needed at night stands apart', async () => {
    await api.later(1000, 'a', [incident.replace(/-[^-]*$/, '')])
    const { text } = await browsers['a-responder']!.visit(`/incidents/${incident}`)
    const [head = ''] = text.split('<div class="cols">')
    expect(head).toContain('nobody has it in hand')
    expect(head).toMatch(/href="#told">. (is being told|told): (?:<bdi>)+hook/)
    expect(head).toContain('Look at the database.')
    expect(head).toMatch(/<div class="acts bottom">.*Claim.*Comment.*Silence.*Close.*<\/div><a class="out"/s)
    const viewer = await browsers['a-viewer']!.visit(`/incidents/${incident}`)
    expect(viewer.text).not.toContain('acts bottom')
  })

  test('shows the host of every link, all labels, and the way to silence one alert', async () => {
    const { text } = await browsers['a-responder']!.visit(`/incidents/${incident}`)
    expect(text).toMatch(/rel="noreferrer noopener">Runbook <small>runbooks\.example\.net<\/small>/)
    expect(text).toMatch(/rel="noreferrer noopener">prometheus\.example\.net /)
    for (const [name, value] of Object.entries(many)) expect(text).toContain(`${name}<i>=</i><b>${value}`)
    expect(text).toMatch(new RegExp(`/silences/new\\?incident=${incident}&amp;alert=[0-9a-f]+|&alert=[0-9a-f]+`))
  })

  test('that no policy takes says so in words', async () => {
    expect(String(await policyText({ text: textsOf('en') }, '_none'))).toContain('✕ no policy takes it')
    expect(String(await policyText({ text: textsOf('en') }, 'shop'))).toBe('<bdi>shop</bdi>')
  })
})

describe('a filter', () => {
  test('a label joins the filters of the list, once, and stands alone elsewhere', async () => {
    const filtered = '/?filter=severity%3D%22critical%22&filter=team%3D%22shop%22'
    const { text } = await browsers['a-viewer']!.visit(filtered)
    const query = 'filter=severity%3D%22critical%22&amp;filter=team%3D%22shop%22'
    expect(text).toContain(`href="/?${query}&amp;filter=label0%3D%22value0%22"`)
    expect(text).toContain(`href="/?${query}" title="Only team=`)
    const other = await browsers['a-viewer']!.visit(`/incidents/${incident}`)
    expect(other.text).toContain('href="/?filter=label0%3D%22value0%22"')
  })

  test('a list says to a screen reader how many groups it shows, not how many alerts', async () => {
    const { text } = await browsers['a-viewer']!.visit('/')
    expect(text).toContain('<p class="vh" role="status">1 group</p>')
  })

  test('suggests names, and matchers with values', async () => {
    const { text } = await browsers['a-viewer']!.visit('/')
    expect(text).toContain('<option value="team=">')
    expect(text).toContain('<option value="team=&quot;shop&quot;">')
  })

  test.each([
    ...['/?policy=zzz', '/?handler=zzz', '/?state=held', '/incidents?q=zzz', '/incidents?tab=closed&q=zzz'],
    ...['/silences?q=zzz', '/silences?state=expired&by=jo'],
  ])('%s with nothing behind it says so, and how to see all', async (path) => {
    const { text } = await browsers['a-viewer']!.visit(path)
    expect(text).toContain('Nothing matches 1 filter.')
    expect(text).toContain('>Clear the filter</a>')
  })
})
