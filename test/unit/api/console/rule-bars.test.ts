import { beforeEach, expect, test } from 'vitest'
import { HOUR } from '../../../../shared/base/time.ts'
import { createIntegrationCounts, ruleCounts } from '../../../../shared/store/statistics.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

let api: Api
let browser: Browser

beforeEach(async () => {
  api = await startApi()
  const rules = ['routes', 'quiet'].map((id) => ({ id, template: 'actiontrail/vpc-route-change' }))
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { rules } })).status).toBe(200)
  const counts = createIntegrationCounts(api.table, 'evaluate')
  for (const [hours, events] of [
    [5, 4],
    [0, 2],
  ] as const) {
    counts.add('a', ruleCounts('routes'), { events }, api.time.now - hours * HOUR)
    await counts.save([{ id: 'm', receives: 1 }])
  }
  browser = openBrowser(api)
  await browser.signIn('a-viewer')
  browser.cookies.set('tocsin-tz', 'Asia/Shanghai')
})

const hour = (before: number) =>
  new Date(Math.floor(api.time.now / HOUR) * HOUR - before * HOUR + 8 * HOUR).toISOString().slice(11, 16)

test('the list has bars with a text, in the zone of the reader, for the rule that matched', async () => {
  const { text } = await browser.visit('/rules')
  const labels = [...text.matchAll(/<svg class="bars"[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label)
  expect(labels).toEqual([`6 in the last 24 hours, the most, 4, in the hour from ${hour(5)}`])
})

test('the page of a rule has a bar for each hour, and the hours that are not empty as text', async () => {
  const { text } = await browser.visit('/rules/routes/history')
  expect(text.match(/<rect /g)).toHaveLength(24)
  expect(text).toContain(`<title>${hour(5)}: 4</title>`)
  expect([...text.matchAll(/<li><time[^>]*>[^<]*<\/time> <b>(\d+)<\/b>/g)].map(([, count]) => count)).toEqual([
    '4',
    '2',
  ])
  const quiet = await browser.visit('/rules/quiet/history', { headers: { 'accept-language': 'zh' } })
  expect(quiet.text).toContain('最近 24 小时没有触发。')
})

test('the list says which integrations bring records, or that none does; a template becomes a rule of one’s own', async () => {
  expect((await browser.visit('/rules')).text).toContain('No integration brings audit records yet')
  const integrations = [{ id: 'trail', type: 'actiontrail', name: 'Trail' }]
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { integrations } })
  expect((await browser.visit('/rules')).text.replaceAll(/<[^>]*>/g, '')).toContain('Trail: 0 records in the last hour')
  const editor = openBrowser(api)
  await editor.signIn('a-editor')
  const copy = `/rules/new?copy=${encodeURIComponent('actiontrail/vpc-route-change')}`
  expect((await editor.visit('/rules/routes/edit')).text).toContain(`href="${copy}"`)
  expect((await editor.visit(copy)).text).toMatch(/<textarea name="sigma"[^>]*>title: /)
})
