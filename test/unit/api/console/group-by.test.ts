import { beforeEach, describe, expect, test } from 'vitest'
import { SECOND } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

/* Groups under headings, by the value of a label. */

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s', notify: [{ channel: 'hook' }] }]
  const body = { ...CONFIG, policies }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn('a-editor')
})

const LEVELS = { P1: 'critical', P2: 'error', P3: 'warning' }

/** A group with an alert in each of the clusters. */
async function fire(alertname: string, level: keyof typeof LEVELS, ...clusters: string[]): Promise<void> {
  api.time.now += SECOND
  const labels = { alertname, severity: LEVELS[level] }
  await api.post(
    'a',
    clusters.map((cluster, pod) => ({
      labels: { ...labels, pod: `pod-${pod}`, ...(cluster !== '' && { cluster }) },
    })),
  )
}

/** Headings and names of groups, as they follow each other. */
async function seen(path: string): Promise<string[]> {
  const { status, text } = await browser.visit(path)
  expect([path, status]).toEqual([path, 200])
  return [...text.matchAll(/<h2 id="by-[^"]*">.*?<\/h2>|<h[23]><a[^>]*data-open>.*?<\/a><\/h[23]>/gs)].map(([html]) =>
    html.replaceAll(/<[^>]*>/g, '').trim(),
  )
}

async function nextOf(path: string): Promise<string | undefined> {
  const { text } = await browser.visit(path)
  return /<a href="([^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
}

describe('the page of alerts by a label', () => {
  test('has a heading for each value with its numbers, what is worst first, and what has no single value last', async () => {
    await fire('Old', 'P2', 'hz-1')
    await fire('Mixed', 'P1', 'hz-1', 'hz-2')
    await fire('Bad', 'P1', 'hz-2', 'hz-2')
    await fire('Nowhere', 'P3', '')
    await fire('New', 'P3', 'hz-2')
    expect(await seen('/?group=cluster')).toEqual([
      ...['cluster=hz-2 P1 2 · P3 1 · 2 groups', 'Bad', 'New'],
      ...['cluster=hz-1 P2 1 · 1 group', 'Old'],
      ...['No single value of cluster P1 2 · P3 1 · 2 groups', 'Mixed', 'Nowhere'],
    ])
    expect(await seen('/')).toEqual(['Bad', 'Mixed', 'Old', 'New', 'Nowhere'])
    expect(await seen('/?group=cluster&level=P1')).toEqual([
      ...['cluster=hz-2 P1 2 · 1 group', 'Bad', 'No single value of cluster P1 2 · 1 group', 'Mixed'],
    ])
  })

  test('offers the labels that cards have, and goes back to no label', async () => {
    await fire('Bad', 'P1', 'hz-2', 'hz-2')
    const { text } = await browser.visit('/?group=cluster&state=firing')
    for (const link of ['/?state=firing', '/?group=severity&amp;state=firing', '/?group=alertname&amp;state=firing']) {
      const other = link.replace(/group=(\w+)&amp;state=firing/, 'state=firing&amp;group=$1')
      expect([link, text.includes(`href="${link}"`) || text.includes(`href="${other}"`)]).toEqual([link, true])
    }
    expect(text).not.toContain('group=pod')
    expect(text).toContain('<input type="hidden" name="group" value="cluster">')
  })

  test('a saved view keeps the label', async () => {
    await fire('Bad', 'P1', 'hz-2')
    const { text } = await browser.visit('/?group=cluster&after=')
    const [, query = ''] = /name="query" value="([^"]*)"/.exec(text) ?? []
    const saved = await browser.visit('/views', { form: { page: 'alerts', query, name: 'By cluster' } })
    expect(saved.headers.get('location')).toBe('/?group=cluster')
    expect((await browser.visit('/')).text).toContain('<a href="/?group=cluster"><bdi>By cluster</bdi></a>')
  })

  test('pages have 25 groups, and are together every group once, in whole sections', async () => {
    for (let n = 0; n < 60; n++) {
      await fire(`A${n}`, (['P1', 'P2', 'P3'] as const)[n % 3]!, ['hz-1', 'hz-2', ''][n % 5] ?? 'hz-3')
    }
    const pages: string[][] = []
    for (let path: string | undefined = '/?group=cluster'; path !== undefined; path = await nextOf(path)) {
      pages.push(await seen(path))
    }
    const isHeading = (text: string): boolean => text.includes('cluster')
    const names = pages.map((page) => page.filter((text) => !isHeading(text)))
    expect(names.map((page) => page.length)).toEqual([25, 25, 10])
    expect(new Set(names.flat()).size).toBe(60)
    const headings = pages.flat().filter(isHeading)
    expect(headings.map((text) => text.replace(' · continued', ''))).toEqual([
      ...['cluster=hz-3 P1 8 · P2 8 · P3 8 · 24 groups', 'cluster=hz-2 P1 4 · P2 4 · P3 4 · 12 groups'],
      ...['cluster=hz-2 P1 4 · P2 4 · P3 4 · 12 groups', 'cluster=hz-1 P1 4 · P2 4 · P3 4 · 12 groups'],
      ...['No single value of cluster P1 4 · P2 4 · P3 4 · 12 groups'],
      ...['No single value of cluster P1 4 · P2 4 · P3 4 · 12 groups'],
    ])
  })

  test.each([
    ['one in the middle ends', 30, ['A20']],
    ['the last group that was shown ends with another', 30, ['A5', 'A20']],
    ['every group of an earlier page ends', 60, Array.from({ length: 25 }, (_, n) => `A${59 - n}`)],
  ])('leaves no group out when of an earlier page %s', async (_, count, ending) => {
    for (let n = 0; n < count; n++) await fire(`A${n}`, 'P2', 'hz-1')
    const next = (await nextOf('/?group=cluster'))!
    const first = await seen('/?group=cluster')
    expect(first).toEqual(expect.arrayContaining(ending))
    const { items } = (await api.ask('GET', '/api/v1/groups?limit=100', { key: 'a-viewer' })).json
    for (const { title, incident } of items) {
      if (!ending.includes(title)) continue
      await api.ask('POST', `/api/v1/incidents/${incident}/close`, { key: 'a-responder', body: { by: 'mei' } })
      await api.run([api.sent.at(-1)!.body])
    }
    const second = await seen(next)
    const rest = await seen((await nextOf(next)) ?? next)
    const others = Array.from({ length: count }, (_, n) => `A${n}`).filter((name) => !ending.includes(name))
    expect([...first, ...second, ...rest]).toEqual(expect.arrayContaining(others))
    for (const name of ending) expect(second).not.toContain(name)
  })

  test('asks for news as every list does: nothing for a page without news, and whole sections for one with news', async () => {
    await fire('Bad', 'P1', 'hz-2')
    const path = '/?group=cluster&part=live'
    const tag = (await browser.visit(path)).headers.get('hx-ptag') ?? ''
    const headers = { 'hx-request': 'true', 'hx-ptag': tag }
    expect((await browser.visit(path, { headers })).status).toBe(304)
    await fire('Worse', 'P1', 'hz-1')
    const news = await browser.visit(path, { headers })
    expect([news.status, news.text.match(/<section class="by"/g)?.length]).toEqual([200, 2])
  })

  test.each([
    ['a name that is too long', `/?group=${'x'.repeat(201)}`, 400],
    ['the cursor of another label', '', 400],
    ['a name that no label has', '/?group=__proto__', 200],
    ['markup', '/?group=%22%3E%3Cscript%3E', 200],
  ])('%s is answered in words', async (_, given, status) => {
    for (let n = 0; n < 26; n++) await fire(`A${n}`, 'P2', 'hz-1')
    const path = given === '' ? (await nextOf('/?group=cluster'))!.replace('group=cluster', 'group=team') : given
    const answer = await browser.visit(path)
    expect([answer.status, answer.text.includes('<script>')]).toEqual([status, false])
  })
})
