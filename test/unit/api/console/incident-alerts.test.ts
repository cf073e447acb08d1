import { beforeEach, describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../../shared/base/time.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

/* Every alert of an incident, in pages. */

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const policies = [
    { id: 'all', groupBy: ['alertname'], groupWait: '0s', groupInterval: '5s', notify: [{ channel: 'hook' }] },
  ]
  const body = { ...CONFIG, policies }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn('a-responder')
})

const pods = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    labels: { alertname: 'Many', severity: 'critical', pod: `pod-${from + n}` },
  }))

async function incidentOf(state = 'open'): Promise<string> {
  return (await api.ask('GET', `/api/v1/incidents?state=${state}`, { key: 'a-viewer' })).json.items[0].id
}

/** The pods of every page. */
async function pages(incident: string): Promise<string[][]> {
  const found: string[][] = []
  for (let path: string | undefined = `/incidents/${incident}/alerts`; path !== undefined; ) {
    const { status, text } = await browser.visit(path)
    expect(status).toBe(200)
    found.push([...text.matchAll(/<li class="row.*?<\/li>/gs)].map(([row]) => /pod-\d+/.exec(row)?.[0] ?? ''))
    path = /<a href="([^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&')
  }
  return found
}

describe('the alerts of an incident', () => {
  test('are all of them, each once, in pages of 50; the page of the incident leads there', async () => {
    await api.post('a', pods(430))
    const incident = await incidentOf()
    const { text } = await browser.visit(`/incidents/${incident}`)
    expect(text).toContain(`href="/incidents/${incident}/alerts">All 430 alerts</a>`)
    const found = await pages(incident)
    expect(found.map((page) => page.length)).toEqual([50, 50, 50, 50, 50, 50, 50, 50, 30])
    expect(new Set(found.flat()).size).toBe(430)
  })

  test('are shown with their state, and each can be silenced by its labels', async () => {
    await api.post('a', pods(250))
    const incident = await incidentOf()
    const last = `/incidents/${incident}/alerts`
    const links: string[] = []
    for (let path: string | undefined = last; path !== undefined; ) {
      const { text } = await browser.visit(path)
      links.push(...[...text.matchAll(/href="(\/silences\/new\?[^"]*)"/g)].map(([, link = '']) => link))
      path = /<a href="([^"]*)" rel="next"/.exec(text)?.[1]
    }
    expect(links).toHaveLength(250)
    // An alert far behind the first of the group: its pod is among the labels of the form.
    const form = await browser.visit(links.at(-1)!)
    expect(form.text).toMatch(/value="pod-\d+"/)
  })

  test('are those of this incident alone, and a closed one shows what it kept', async () => {
    await api.post('a', pods(230))
    const closed = await incidentOf()
    const options = { key: 'a-responder', body: { by: 'mei' } }
    await api.ask('POST', `/api/v1/incidents/${closed}/close`, options)
    await api.run([api.sent.at(-1)!.body])
    api.time.now += MINUTE
    await api.post('a', pods(3, 1000))
    await api.later(10 * SECOND, 'a', [closed.split('-')[0]!])
    const open = await incidentOf()
    expect(open).not.toBe(closed)
    expect((await pages(open)).flat().sort()).toEqual(['pod-1000', 'pod-1001', 'pod-1002'])
    const kept = await pages(closed)
    expect(kept.map((page) => page.length)).toEqual([50, 50, 50, 50])
    expect((await browser.visit(`/incidents/${closed}/alerts`)).text).toContain('keeps 200 of its alerts at most')
    const { json } = await api.ask('GET', `/api/v1/incidents/${open}/alerts`, { key: 'a-viewer' })
    expect(json.items).toHaveLength(3)
  })

  test.each([
    ['no incident', '/incidents/none/alerts', 404],
    ['no cursor', '?after=%00', 400],
    ['the cursor of another incident', '?after=YQ.AAAAAAAAAAAAAAAAAAAAAA', 400],
  ])('%s is answered in words', async (_, given, status) => {
    await api.post('a', pods(1))
    const path = given.startsWith('/') ? given : `/incidents/${await incidentOf()}/alerts${given}`
    expect((await browser.visit(path)).status).toBe(status)
  })
})
