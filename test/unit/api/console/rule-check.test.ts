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
