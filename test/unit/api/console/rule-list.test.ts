import { expect, test } from 'vitest'
import { ruleFormOf } from '../../../../functions/api/config/rule-form.ts'
import type { RuleEntry } from '../../../../shared/config/config.ts'
import { sectionsOf } from '../../../../shared/config/sections.ts'
import { readConfig, saveConfig } from '../../../../shared/store/whole-config.ts'
import type { Table } from '../../../../shared/table/port.ts'
import { type Api, CONFIG, startApi } from '../harness.ts'
import { openBrowser } from './browser.ts'

const rule = (id: string, title: string, product: string): RuleEntry => ({
  ...{ id, enabled: true },
  sigma: {
    ...{ title, level: 'high', tags: [`attack.t${id}`], logsource: { product } },
    detection: { selection: { eventName: title }, condition: 'selection' },
  },
})
/** The pointer of a configuration names more parts for more rules. */
const POINTER_BYTES = 16_384
const RULES = [rule('1001', 'Key made', 'aws'), rule('1002', 'Key lost', 'alibabacloud')]

const idsOf = (text: string) => [...text.matchAll(/href="\/rules\/([^/"]+)\/history"/g)].map(([, id]) => id)
const cells = (text: string, head: string) =>
  [...text.matchAll(new RegExp(`<td data-th="${head}">(.*?)</td>`, 'g'))].map(([, inner = '']) =>
    inner.replaceAll(/<[^>]*>/g, ''),
  )

async function started(api: Api, role: string) {
  const browser = openBrowser(api)
  await browser.signIn(`a-${role}`)
  return browser
}

test('the list names the trail of each rule, and a trail that no integration brings', async () => {
  const api = await startApi()
  const integrations = [{ id: 'trail', type: 'actiontrail', name: 'Trail' }]
  const body = { ...CONFIG, integrations, rules: [...RULES, rule('1003', 'Login', 'linux')] }
  expect((await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body })).status).toBe(200)
  const browser = await started(api, 'viewer')
  expect(cells((await browser.visit('/rules')).text, 'Trail')).toEqual([
    ...['CloudTrail (no integration brings it)', 'ActionTrail', 'none'],
  ])
  const chinese = await browser.visit('/rules', { headers: { 'accept-language': 'zh' } })
  expect(cells(chinese.text, '跟踪')[1]).toBe('操作审计 ActionTrail')
})

test('the form of a rule shows whether the rule runs, so a save changes nothing else', async () => {
  const api = await startApi()
  const stopped = { ...rule('1003', 'Login', 'aws'), enabled: false }
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, rules: [...RULES, stopped] } })
  const browser = await started(api, 'editor')
  const isOn = async (id: string) =>
    (await browser.visit(`/rules/${id}/edit`)).text.includes('<input type="checkbox" name="enabled" checked>')
  expect([await isOn('1001'), await isOn('1003')]).toEqual([true, false])
})

test('the list is searched by its address, and comes again as it was when a rule is stopped', async () => {
  const api = await startApi()
  await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { ...CONFIG, rules: RULES } })
  const browser = await started(api, 'editor')
  const found = async (words: string) => idsOf((await browser.visit(`/rules?q=${words}`)).text)
  expect(await Promise.all(['key', 'T1002', 'made+key', '1001', 'made+lost'].map(found))).toEqual([
    ...[['1001', '1002'], ['1002'], ['1001'], ['1001'], []],
  ])
  const stopped = await browser.visit('/rules/1002/status', { form: { q: 'lost & <found>' } })
  expect([stopped.status, stopped.headers.get('location')]).toEqual([
    ...[303, '/rules?q=lost+%26+%3Cfound%3E&done=saved&id=1002'],
  ])
  const nothing = await browser.visit(stopped.headers.get('location')!)
  expect(nothing.text).toContain('value="lost &amp; &lt;found&gt;"')
  expect(nothing.text).toContain('No rule has all of these words.')
})

test('a page among 10,000 rules reads no rules again and is as large as among 100, and finds the last one', async () => {
  const reads = { bytes: 0 }
  const api = await startApi((table) => countBytes(table, reads))
  const page = async (count: number, path: string) => {
    const rules = Array.from({ length: count }, (_, n) => rule(String(10_000 + n), `Number ${n}`, 'aws'))
    const { config, version } = await readConfig(api.deps, 'a')
    const saved = await saveConfig(
      api.deps,
      'a',
      { ...sectionsOf(config), rules },
      {
        ...{ now: api.time.now, expectVersion: version },
        parsedRules: ruleFormOf(rules),
      },
    )
    expect(saved.ok).toBe(true)
    const browser = await started(api, 'viewer')
    await browser.visit(path)
    reads.bytes = 0
    const { text } = await browser.visit(path)
    return { ids: idsOf(text).length, chars: text.length, bytes: reads.bytes, nodes: text.match(/<[a-z]/g)!.length }
  }
  const few = await page(100, '/rules')
  const many = await page(10_000, '/rules')
  expect([many.ids, many.bytes - few.bytes < POINTER_BYTES, many.nodes < 2500]).toEqual([50, true, true])
  expect((await page(10_000, '/rules?q=t19999')).ids).toBe(1)
}, 60_000)

function countBytes(table: Table, reads: { bytes: number }): Table {
  return {
    ...table,
    async get(key) {
      const item = await table.get(key)
      reads.bytes += item?.body.length ?? 0
      return item
    },
    async query(...asked) {
      const found = await table.query(...asked)
      reads.bytes += found.items.reduce((sum, { body }) => sum + body.length, 0)
      return found
    },
  }
}
