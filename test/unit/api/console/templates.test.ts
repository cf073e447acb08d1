import { beforeEach, describe, expect, test } from 'vitest'
import { templateShape } from '../../../../functions/api/console/pages/templates/form.ts'
import { SHIPPED_TEMPLATES } from '../../../../shared/content-template/shipped.ts'
import { readTemplate } from '../../../../shared/document/sections/templates.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser } from './browser.ts'

const DINGTALK = [
  { language: 'zh', title: '{{ title }}', content: '{{ alert.alert_name }}', details: false },
  { language: 'en', content: '{{ alert.alert_name }} {{ alert.region }}' },
]

let api: Api
let browser: Browser
beforeEach(async () => {
  api = await startApi()
  const templates = [
    { id: 'short', name: 'Short', sms: { content: '{{ alert.alert_name }}' }, dingtalk: DINGTALK },
    { id: 'hook', webhook: { mode: 'batch', limit: 20, content: '{ "name": "{{ alert.alert_name }}" }' } },
  ]
  const { status, text } = await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { templates } })
  expect([status, text]).toEqual([200, expect.anything()])
  browser = openBrowser(api)
  await browser.signIn('a-editor')
})

const stored = async (id: string) => (await api.ask('GET', `/api/v1/templates/${id}`, { key: 'a-owner' })).json
const wordsOf = (text: string) => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

/** What the form of a page would send, with some fields changed. */
function formOf(text: string, changes: Record<string, string>): Record<string, string> {
  const form: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/<textarea name="([^"]+)"[^>]*>([^<]*)</g)) form[name] = value
  for (const [, name = '', value = ''] of text.matchAll(/<input name="([^"]+)" value="([^"]*)"/g)) form[name] = value
  for (const [, name = ''] of text.matchAll(/<input type="checkbox" name="([^"]+)" checked/g)) form[name] = 'on'
  for (const [, name = '', options = ''] of text.matchAll(/<select name="([^"]+)"[^>]*>(.*?)<\/select>/g)) {
    form[name] = /<option value="([^"]*)" selected/.exec(options)?.[1] ?? ''
  }
  form.tag = /name="tag" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const plain = (words: string) => words.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
  return { ...Object.fromEntries(Object.entries(form).map(([name, value]) => [name, plain(value)])), ...changes }
}

describe('the form of a content template', () => {
  test('saves as it is what it shows: languages in their order, and details that nobody may view', async () => {
    for (const id of ['short', 'hook']) {
      const before = await stored(id)
      const { text } = await browser.visit(`/templates/${id}/edit`)
      const saved = await browser.visit(`/templates/${id}/edit`, { form: formOf(text, {}) })
      expect([id, saved.status]).toEqual([id, 303])
      expect(await stored(id)).toEqual(before)
    }
  })

  test('has several languages of a kind, and "Disable Details Viewing"', async () => {
    const { text } = await browser.visit('/templates/short/edit')
    expect(text).toMatch(/name="dingtalk\.zh\.details" checked/)
    const form = formOf(text, { 'sms.zh.content': '{{ alert.alert_name }}。', 'dingtalk.en.details': 'on' })
    delete form['dingtalk.zh.details']
    expect((await browser.visit('/templates/short/edit', { form })).status).toBe(303)
    const { sms, dingtalk } = await stored('short')
    expect(sms.map(({ language }: { language: string }) => language)).toEqual(['en', 'zh'])
    expect(dingtalk.map(({ details }: { details?: boolean }) => details)).toEqual([undefined, false])
  })

  test('takes a language away when its texts are empty', async () => {
    const { text } = await browser.visit('/templates/short/edit')
    const form = formOf(text, { 'dingtalk.zh.title': '', 'dingtalk.zh.content': '' })
    delete form['dingtalk.zh.details']
    await browser.visit('/templates/short/edit', { form })
    expect((await stored('short')).dingtalk).toEqual({ language: 'en', content: DINGTALK[1]!.content })
  })

  test('names each mistake at the input of its language', async () => {
    const { text } = await browser.visit('/templates/short/edit')
    const wrong = { 'dingtalk.en.content': '{{ alert.alert_name | upperr }}', 'sms.en.content': '{% if %}' }
    const { status, text: again } = await browser.visit('/templates/short/edit', { form: formOf(text, wrong) })
    const places = [...again.matchAll(/class="error" id="i-([\w.]+)-error"/g)].map(([, place]) => place)
    expect([status, places]).toEqual([422, ['sms.en.content', 'dingtalk.en.content']])
    const untitled = formOf(text, { 'email.en.subject': 'Only a subject' })
    const refused = await browser.visit('/templates/short/edit', { form: untitled })
    expect([refused.status, refused.text.includes('id="i-email.en.content-error"')]).toEqual([422, true])
  })

  test('has the variables with their samples beside it, and the functions', async () => {
    const { text } = await browser.visit('/templates/new')
    expect(wordsOf(text)).toContain('{{ alert.region }} + cn-hangzhou')
    expect(text).toContain('data-insert="{{ alert.labels.eventName }}"')
    expect(text).toContain('data-insert="{{ group.policy_name }}"')
    expect(text).toContain('data-insert="| format_region"')
  })
})

describe('the preview', () => {
  const tried = (form: Record<string, string>, headers = {}) => browser.visit('/templates/try', { form, headers })

  test('shows the text of the form before anything is stored, for a kind and a language, with its size', async () => {
    const form = { 'sms.en.content': '{{ alert.alert_name }}!', kind: 'sms', language: 'en' }
    const { status, text } = await tried(form)
    expect([status, wordsOf(text).includes('VPC Network Route Change Alert!')]).toEqual([200, true])
    expect(wordsOf(text)).toMatch(/\d+ of \d+ characters|\d+ characters/)
    const part = await tried(form, { 'hx-request': 'true' })
    expect(part.text.startsWith('<div id="tried"')).toBe(true)
    const { json } = await api.ask('GET', '/api/v1/templates', { key: 'a-owner' })
    expect(json.items).toHaveLength(2)
  })

  test('names mistakes with line and column', async () => {
    const { status, text } = await tried({ 'sms.en.content': 'a\n{{ x | upperr }}', kind: 'sms', language: 'en' })
    expect([status, wordsOf(text).includes('line 2, column')]).toEqual([200, true])
  })

  test('of a stored template takes the alerts of an incident', async () => {
    await api.ask('PUT', '/api/v1/policies/all', { key: 'a-owner', body: { groupWait: '0s' } })
    const policies = [{ id: 'all', groupBy: ['alertname'], groupWait: '0s' }]
    await api.ask('PUT', '/api/v1/config', { key: 'a-owner', body: { policies } })
    await api.post('a', [{ labels: { alertname: 'Disk is full', region: 'eu-central-1' } }])
    const { id } = (await api.ask('GET', '/api/v1/incidents', { key: 'a-owner' })).json.items[0]
    const page = await browser.visit('/templates/short/preview')
    expect(page.text).toContain(`<option value="${id}">Disk is full</option>`)
    const { text } = await browser.visit(`/templates/short/preview?kind=dingtalk&language=en&incident=${id}`)
    expect(wordsOf(text)).toContain('Disk is full eu')
  })

  test('has the frame of the chat in the colour of the level, and the plain text where programs read', async () => {
    const body = {
      name: 'All',
      slack: { title: '<b>', content: '*{{ alert.alert_name }}*' },
      webhook: { content: '{}' },
    }
    expect((await api.ask('PUT', '/api/v1/templates/framed', { key: 'a-owner', body })).status).toBe(404)
    const posted = await api.ask('POST', '/api/v1/templates', { key: 'a-owner', body: { id: 'framed', ...body } })
    expect([posted.status, posted.text]).toEqual([201, expect.anything()])
    const slack = (await browser.visit('/templates/framed/preview?kind=slack')).text
    expect(slack).toMatch(
      /<figure class="shown">.*<div class="rail P\d"><div><p><b>VPC Network Route Change Alert<\/b><\/p>/,
    )
    expect(slack).not.toContain('<b><b>')
    const webhook = (await browser.visit('/templates/framed/preview?kind=webhook')).text
    expect([webhook.includes('class="rail'), webhook.includes('<pre class="copy"')]).toEqual([false, true])
  })
})

test.each(SHIPPED_TEMPLATES.map((one) => [String(one.id), one] as const))(
  'the shipped template %s comes through the form as it is',
  (_, template) => {
    const through = templateShape.read(templateShape.show(structuredClone(template)))
    expect(readTemplate({ ...through, id: 'x' })).toEqual(readTemplate({ ...template, id: 'x' }))
  },
)
