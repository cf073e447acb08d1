import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

const SIGMA = `title: Route changed
logsource: { product: alibabacloud, service: actiontrail }
detection:
  selection: { eventName: CreateRouteEntry }
  condition: selection
`

let api: Api
let browser: Browser
beforeEach(async () => {
  api = await startApi()
  browser = openBrowser(api)
  await browser.signIn('a-editor')
})

const check = (form: Record<string, string>, headers = {}) => browser.visit('/rules/check', { form, headers })

describe('a rule that somebody writes', () => {
  test('begins with a rule that is taken as it is, and without a warning', async () => {
    const { text } = await browser.visit('/rules/new')
    const sketch = /<textarea name="sigma"[^>]*>([\s\S]*?)<\/textarea>/.exec(text)![1]!
    const { text: said } = await check({ sigma: sketch })
    expect(said).toContain('The text is a rule.')
    expect(said).not.toContain('look again')
  })

  test('is checked in a part of the page while somebody types, and on a page without script', async () => {
    const part = await check({ sigma: SIGMA }, { 'hx-request': 'true' })
    expect([part.status, part.text.startsWith('<div id="checked"')]).toEqual([200, true])
    expect((await check({ sigma: SIGMA })).text).toContain('<h1>Try it</h1>')
  })

  test('has its mistakes named with line and column', async () => {
    const { text } = await check({ sigma: SIGMA.replace('condition: selection', 'condition: selektion') })
    expect(text).toMatch(/line 5, column \d+<\/b> <code>sigma[\s\S]*selektion/)
  })

  test.each<[string, string, string]>([
    ['one record', '{"eventName": "CreateRouteEntry"}', 'matches 1 of 1: 1'],
    ['a list', '[{"eventName": "A"}, {"eventName": "CreateRouteEntry"}]', 'matches 1 of 2: 2'],
    ['a record a line', '{"eventName": "A"}\n\n{"eventName": "B"}\n', 'matches none of 2'],
    ['no JSON', '{"eventName": ', '<code>records</code>'],
    ['a list of texts', '["a"]', 'would be refused'],
    ['too many', JSON.stringify(Array.from({ length: 51 }, () => ({}))), 'at most 50'],
  ])('is tried on %s', async (_, records, said) => {
    expect((await check({ sigma: SIGMA, records })).text).toContain(said)
  })
})

test('a record keeps every digit of its ids', async () => {
  const sigma = SIGMA.replace('eventName: CreateRouteEntry', 'id: "12345678901234567891"')
  const said = (id: string) => check({ sigma, records: `{"id": ${id}}` })
  expect((await said('12345678901234567891')).text).toContain('matches 1 of 1: 1')
  expect((await said('12345678901234567890')).text).toContain('matches none of 1')
})

describe('a rule that is stored as a mapping, in its form', () => {
  const stored = async () => (await api.ask('GET', '/api/v1/rules/kept', { key: 'a-editor' })).json.sigma
  const save = async (sigma: string) => {
    const form = await browser.visit('/rules/kept/edit')
    const tag = /name="tag" value="([^"]*)"/.exec(form.text)?.[1]?.replaceAll('&quot;', '"') ?? ''
    return browser.visit('/rules/kept/edit', { form: { tag, sigma, enabled: 'true' } })
  }
  beforeEach(async () => {
    const sigma = {
      title: 'Kept',
      logsource: { product: 'aws' },
      detection: { selection: { id: 1 }, condition: 'selection' },
    }
    const made = await api.ask('POST', '/api/v1/rules', { key: 'a-editor', body: { id: 'kept', sigma } })
    expect(made.status).toBe(201)
  })

  test('keeps every digit of a number', async () => {
    const text =
      'title: Kept\nlogsource: {product: aws}\ndetection: {selection: {id: 12345678901234567891}, condition: selection}'
    expect((await save(text)).status).toBe(303)
    expect(String((await stored()).detection.selection.id)).toBe('12345678901234567891')
  })

  test.each<[string, string, string]>([
    ['what is no YAML', 'title: [', 'not readable at line 1'],
    ['a key twice', 'title: a\ntitle: b', 'line 2, column 1'],
    ['two documents', 'title: a\n---\ntitle: b', 'a second document begins'],
    ['15,000 keys', Array.from({ length: 15_000 }, (_, i) => `k${i}: ${i}`).join('\n'), 'keys'],
    ['brackets in brackets', '['.repeat(50_000), 'not readable'],
    ['aliases of aliases', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]', 'is required'],
  ])('refuses %s in the form, and the rule stays', async (_, text, said) => {
    const before = await stored()
    const answer = await save(text)
    expect([answer.status, answer.text.includes(said)]).toEqual([422, true])
    expect(await stored()).toEqual(before)
  })
})
