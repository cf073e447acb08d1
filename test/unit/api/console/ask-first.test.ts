import { beforeEach, describe, expect, test } from 'vitest'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser, type Page } from './browser.ts'
import { fieldsOf, press } from './form.ts'

/* Before a change by which somebody would be told no more of an open incident, the console asks. */

const key = 'a-owner'
const url = 'https://hooks.example/services/x'
const CONFIG = {
  channels: [
    { id: 'robot', name: 'Robot', type: 'webhook', url },
    { id: 'mail', name: 'Message centre', type: 'inbox' },
  ],
  users: [
    { id: 'test01', name: 'Kumer' },
    { id: 'test02', name: 'Alice' },
  ],
  userGroups: [{ id: 'group-01', name: 'O&M', members: ['test01', 'test02'] }],
  policies: [
    {
      ...{ id: 'night', name: 'Night', groupWait: '0s' },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      flow: [{ then: [{ channel: 'mail', groups: ['group-01'] }, { channel: 'robot' }] }],
    },
  ],
}

let api: Api
let browser: Browser
beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
  await api.post('a', [{ labels: { alertname: 'Route', severity: 'low' } }])
  browser = openBrowser(api)
  await browser.signIn(key)
})

const words = ({ text }: Page): string => text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const kept = ({ text }: Page): string => /name="kept" value="([^"]+)"/.exec(text)?.[1] ?? ''
const stored = async (path: string) => (await api.ask('GET', `/api/v1${path.replace('/edit', '')}`, { key })).json

/** The form of the entry, sent with other texts. */
async function save(path: string, typed: Record<string, string | string[]>, without: readonly string[] = []) {
  const page = await browser.visit(path)
  const text = without.reduce((all, name) => all.replace(new RegExp(`(name="${name}"[^>]*) checked`), '$1'), page.text)
  return await press(browser, path, { ...page, text }, 'save', typed)
}

interface Case {
  path: string
  typed: Record<string, string | string[]>
  /** Boxes that are no longer ticked. */
  without?: string[]
  name: string
  lost: string
  after: object
}

const CASES: Record<string, Case> = {
  'a user': {
    ...{ path: '/users/test02/edit', typed: { name: 'Alicia' }, without: ['enabled'], name: 'Alicia' },
    ...{ lost: 'Message centre (mail) · test02', after: { enabled: false } },
  },
  'a group': {
    ...{ path: '/user-groups/group-01/edit', typed: { members: ['test01'] }, name: 'O&amp;M' },
    ...{ lost: 'Message centre (mail) · test02', after: { members: ['test01'] } },
  },
  'a policy': {
    ...{ path: '/policies/night/edit', typed: { match: 'alertname=Other' }, name: 'Night' },
    ...{ lost: 'Robot (robot)', after: { match: [{ value: 'Other' }] } },
  },
  'a flow': {
    ...{ path: '/policies/night/edit', typed: { draft: '{"flow":[{"then":[{"channel":"robot"}]}]}' }, name: 'Night' },
    ...{ lost: 'Message centre (mail) · test01', after: { notify: [{ channel: 'robot' }] } },
  },
}

describe.each(Object.entries(CASES))('%s', (_, { path, typed, without, name, lost, after }) => {
  test('asks with the numbers and the names, goes back with what was typed, and saves when it is meant', async () => {
    const before = await stored(path)
    const asked = await save(path, typed, without)
    expect(asked.status).toBe(200)
    expect(words(asked)).toContain(`Save ${name}?`)
    expect(words(asked)).toMatch(/(?:One target|\d targets) would be told no more of an open incident\./)
    expect(words(asked)).toContain('an open incident. Route told no more:')
    expect(words(asked)).toContain(lost)
    expect(await stored(path)).toEqual(before)

    const back = await browser.visit(path, { form: { kept: kept(asked), sure: 'no' } })
    expect(back.status).toBe(200)
    const fields = fieldsOf(back).filter(([field]) => Object.hasOwn(typed, field) && field !== 'draft')
    for (const [field, value] of fields) expect([typed[field]].flat()).toContain(value)
    expect(await stored(path)).toEqual(before)

    const saved = await browser.visit(path, { form: { kept: kept(asked), sure: 'yes' } })
    expect(saved.status).toBe(303)
    expect(await stored(path)).toMatchObject(after)
  })
})

test('in Chinese', async () => {
  browser.cookies.set('tocsin-prefs', 'lang%3Dzh')
  const asked = await save('/users/test02/edit', { name: 'Alicia' }, ['enabled'])
  expect(words(asked)).toContain('保存 Alicia？ 1 条未关闭的告警将不再通知 1 个目标。')
  expect(words(asked)).toContain('不再通知 : Message centre (mail) · test02'.replace(' :', ':'))
})

test('asks nothing where nobody loses a telling, and a change of another person meanwhile is still seen', async () => {
  expect((await save('/users/test02/edit', { name: 'Alicia' })).status).toBe(303)
  expect((await save('/policies/night/edit', { name: 'Nights' })).status).toBe(303)
  const asked = await save('/user-groups/group-01/edit', { members: ['test01'] })
  const body = { id: 'group-01', name: 'Other', members: ['test01', 'test02'] }
  expect((await api.ask('PUT', '/api/v1/user-groups/group-01', { key, body })).status).toBe(200)
  const late = await browser.visit('/user-groups/group-01/edit', { form: { kept: kept(asked), sure: 'yes' } })
  expect([late.status, words(late).includes('Somebody else has changed this')]).toEqual([412, true])
})

test('the report of an import says it too', async () => {
  const csv = 'ID,Name,Enable\ntest02,Alice,false'
  const report = await browser.visit('/people/import', { form: { of: 'users', csv, do: 'report' } })
  expect(words(report)).toContain('told no more: Message centre (mail) · test02')
})
