import { beforeEach, describe, expect, test } from 'vitest'
import { conditionOf, type Row, rowsOf } from '../../../../functions/api/console/pages/flow/condition.ts'
import { type Api, startApi } from '../harness.ts'
import { type Browser, openBrowser, type Page } from './browser.ts'
import { fieldsOf, press } from './form.ts'

/* An action policy built by buttons, in a browser without scripts. */

const key = 'a-owner'
const url = 'https://hooks.example/services/x'
const CONFIG = {
  channels: [
    { id: 'robot', name: 'Robot of the night', type: 'webhook', url },
    { id: 'mail', type: 'inbox' },
    { id: 'chat', type: 'slack', url: 'https://hooks.slack.com/services/T/B/x' },
  ],
  users: [
    { id: 'test01', name: 'Kumer' },
    { id: 'test02', name: 'Alice' },
  ],
  userGroups: [
    { id: 'group-01', name: 'ActionTrail O&M Group', members: ['test01', 'test02'] },
    { id: 'turns', members: ['test01'], rotation: { start: '2026-01-05T09:00', every: '1w', order: ['test01'] } },
  ],
  calendars: [{ id: 'office' }],
  policies: [{ id: 'night', groupWait: '0s', notify: [{ channel: 'robot' }] }],
}
const NEW = '/policies/new'
const NIGHT = '/policies/night/edit'

let api: Api
let browser: Browser
let page: Page

beforeEach(async () => {
  api = await startApi()
  expect((await api.ask('PUT', '/api/v1/config', { key, body: CONFIG })).status).toBe(200)
  browser = openBrowser(api)
  await browser.signIn(key)
})

const open = async (path: string): Promise<void> => {
  page = await browser.visit(path)
}
const click = async (button: string, typed = {}, path = NEW): Promise<number> => {
  page = await press(browser, path, page, button, typed)
  return page.status
}
const policy = async (id: string) => (await api.ask('GET', `/api/v1/policies/${id}`, { key })).json
const field = (name: string) => fieldsOf(page).find(([one]) => one === name)?.[1]
const errors = () => [...page.text.matchAll(/class="error"[^>]*>([\s\S]*?)<\/p>/g)].map(([, html]) => words(html!))
const words = (html: string): string => html.replaceAll(/<[^>]*>/g, '').trim()

describe('the buttons of an action policy', () => {
  test('build conditions, action groups, an end, stages and a fallback; nothing is stored before it is saved', async () => {
    await open(NEW)
    await click('condition flow', { name: 'Night watch', groupBy: 'alertname, region' })
    const rows = { 'row.field': ['cloudAccount', 'team'], 'row.op': ['=', 'in'], 'row.value': ['1540', 'a, b'] }
    await click('row', { 'row.field': 'cloudAccount', 'row.value': '1540' })
    expect(await click('done', { 'node.over': 'any', ...rows, 'row.join': ['and', 'or'] })).toBe(200)
    await click('action flow[0].then')
    const people = { 'node.groups': 'group-01', 'node.period': 'worktime', 'node.calendar': 'office' }
    expect(await click('done', { 'node.channel': 'mail', ...people })).toBe(200)
    await click('end flow[0]')
    await click('group flow')
    const mention = { 'node.mention.users': 'test01', 'node.mention.onDuty': 'turns', 'node.mention.all': 'on' }
    expect(
      await click('enter', {
        'node.channel': 'chat',
        ...mention,
        'node.details': 'claim',
        'node.sendResolved': 'false',
      }),
    ).toBe(200)
    await click('stage escalation')
    await click('done', { 'node.since': 'open', 'node.after': '1h' })
    await click('group escalation[0].flow')
    await click('done', { 'node.channel': 'mail', 'node.onDuty': 'turns' })
    await click('fallback fallback')
    await click('done', { 'node.after': '7m' })
    await click('action fallback.then')
    await click('done', { 'node.channel': 'robot' })
    expect(await policy('night-watch')).toHaveProperty('error')
    expect([await click('save'), page.headers.get('location')]).toEqual([303, expect.stringContaining('created')])
    const condition = [
      { field: 'cloudAccount', op: '=', value: '1540' },
      { field: 'labels.team', op: 'in', value: ['a', 'b'] },
    ]
    expect(await policy('night-watch')).toMatchObject({
      ...{ name: 'Night watch', groupBy: ['alertname', 'region'], calendar: 'office' },
      flow: [
        {
          if: { any: { or: condition } },
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
          then: [{ channel: 'mail', groups: ['group-01'], period: 'worktime' }],
          end: true,
        },
        {
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
          then: [
            {
              channel: 'chat',
              sendResolved: false,
              details: 'claim',
              mention: { users: ['test01'], onDuty: ['turns'], all: true },
            },
          ],
        },
      ],
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      escalation: [{ open: '1h', flow: [{ then: [{ channel: 'mail', onDuty: ['turns'] }] }] }],
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      fallback: { after: '7m', then: [{ channel: 'robot' }] },
    })
  })

  test('move, take out and leave nodes, and a flow of nothing is the plain form again', async () => {
    await open(NIGHT)
    const at = (button: string, typed = {}) => click(button, typed, NIGHT)
    await at('group flow')
    await at('done', { 'node.channel': 'chat' })
    await at('up flow[1]')
    expect(page.text).toMatch(/autofocus/)
    await at('condition flow')
    await at('cancel', { 'row.field': 'severity', 'row.value': 'critical' })
    await at('save')
    // The condition was left, and its step has no action.
    expect([page.status, errors()]).toEqual([422, [expect.stringContaining('must have an action')]])
    await at('drop flow[2]')
    expect([await at('save'), (await policy('night')).flow]).toEqual([
      303,
      // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
      [{ then: [{ channel: 'chat' }] }, { then: [{ channel: 'robot' }] }],
    ])
    await open(NIGHT)
    for (const button of ['drop flow[1]', 'drop flow[0]']) await at(button)
    expect([field('draft'), page.text.includes('name="notify"')]).toEqual(['', true])
    await at('save', { notify: 'robot' })
    expect((await policy('night')).notify).toEqual([{ channel: 'robot' }])
  })

  test('who is ticked under Tell becomes the first action group', async () => {
    await open(NIGHT)
    await click('condition flow', {}, NIGHT)
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    expect(JSON.parse(field('draft')!).flow[0]).toEqual({ then: [{ channel: 'robot' }] })
  })

  test.each<[string, Record<string, string | string[]>, string[]]>([
    ['condition flow', {}, []],
    ['condition flow', { 'row.field': 'level', 'row.value': 'P9' }, ['is not a level: one of P1, P2, P3, P4']],
    ['condition flow', { 'row.field': 'status', 'row.value': 'x' }, ['is no field of a condition']],
    ['condition flow', { 'row.field': 'severity', 'row.op': '=~', 'row.value': '(' }, ['missing']],
    ['group flow', { 'node.channel': '' }, ['names a channel']],
    ['group flow', { 'node.channel': 'robot', 'node.users': 'test01' }, ['reaches no single person']],
    ['group flow', { 'node.channel': 'mail' }, ['reaches nobody without a user']],
    ['group flow', { 'node.channel': 'robot', 'node.period': 'worktime' }, ['needs a calendar']],
    ['stage escalation', { 'node.after': 'soon' }, ['expected a duration']],
    ['fallback fallback', { 'node.after': '' }, ['expected a duration']],
  ])('%s with %j: the mistake is said in the form of the node, which stays open', async (button, typed, messages) => {
    await open(NEW)
    await click(button)
    expect(await click('done', typed)).toBe(422)
    for (const [name, value] of Object.entries(typed)) {
      const kept = fieldsOf(page).filter(([one]) => one === name)
      if (typeof value === 'string' && value !== '') expect(kept.map(([, text]) => text)).toContain(value)
    }
    expect(errors()).toEqual(messages.map((message) => expect.stringContaining(message)))
    expect(field('node')).toBeDefined()
  })

  test('a mistake that is found at the end opens its node, with what was typed elsewhere kept', async () => {
    await open(NEW)
    await click('group flow', { name: 'Typed', match: 'severity=~"(' })
    expect(await click('save', { 'node.channel': 'mail' })).toBe(422)
    expect(errors()).toHaveLength(2)
    expect([field('node'), field('name'), field('match')]).toEqual(['flow[0].then[0]', 'Typed', 'severity=~"('])
  })
})

describe('the plan', () => {
  test('says in words what changes and who would be told otherwise, and stores nothing', async () => {
    await api.post('a', [{ labels: { alertname: 'Route', severity: 'low' } }])
    await open(NIGHT)
    const at = (button: string, typed = {}) => click(button, typed, NIGHT)
    await at('condition flow')
    await at('done', { 'row.field': 'severity', 'row.value': 'low' })
    await at('action flow[1].then')
    await at('done', { 'node.channel': 'mail', 'node.users': 'test02' })
    await at('drop flow[0]')
    expect(await at('plan', { repeatInterval: '1h' })).toBe(200)
    const panel = words(/<section class="panel" role="status"[\s\S]*?<\/section>/.exec(page.text)![0])
    for (const part of [
      'Repeat after',
      '4h',
      '1h',
      'Action policy',
      'Route',
      'mail · test02',
      'Robot of the night (robot)',
    ]) {
      expect(panel).toContain(part)
    }
    expect((await policy('night')).notify).toEqual([{ channel: 'robot' }])
    expect(page.text).toContain('now: 1 of 1 incidents')
  })
})

test('the question before a deletion names the open incidents that would tell fewer', async () => {
  await api.post('a', [{ labels: { alertname: 'Route', severity: 'low' } }])
  await open('/policies/night/delete')
  expect(words(page.text)).toMatch(
    /Of one open incident others would be told now:\s*Routetold no more: Robot of the night/,
  )
})

describe('two people', () => {
  test('change the flow of one policy: nothing is overwritten, and both versions are shown', async () => {
    await open(NIGHT)
    await click('group flow', {}, NIGHT)
    await click('done', { 'node.channel': 'chat' }, NIGHT)
    const body = { ...CONFIG.policies[0], notify: [{ channel: 'mail', users: ['test01'] }] }
    await api.ask('PUT', '/api/v1/policies/night', { key, body })
    expect(await click('save', {}, NIGHT)).toBe(412)
    const both = /<table class="both">[\s\S]*?<\/table>/.exec(page.text)![0]
    expect(both).toMatch(/Action policy[\s\S]*channel: chat[\s\S]*test01/)
    expect(await click('save', {}, NIGHT)).toBe(303)
    expect((await policy('night')).flow).toHaveLength(2)
  })
})

describe('as YAML', () => {
  test('the flow is the same, there and back', async () => {
    await open(NIGHT)
    await click('condition flow', {}, NIGHT)
    await click('yaml', { 'row.field': 'severity', 'row.value': 'low' }, NIGHT)
    expect(field('yaml')).toContain('field: severity')
    await click('plan', { yaml: 'flow: [' }, NIGHT)
    expect([page.status, field('yaml')]).toEqual([422, 'flow: ['])
    await click('save', { yaml: 'flow: [{ then: [] }]\nother: 1' }, NIGHT)
    expect([page.status, page.text.includes('other is no part')]).toEqual([422, true])
    await click('save', { yaml: 'flow: [{ then: [] }]' }, NIGHT)
    expect([page.status, page.text.includes('must have an action')]).toEqual([422, true])
    await click('tree', { yaml: 'escalation: { claimedAfter: 1h, flow: [{ then: [{ channel: chat }] }] }' }, NIGHT)
    expect(page.text).toContain('claimed, not over within 1h')
    expect(await click('save', {}, NIGHT)).toBe(303)
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    expect((await policy('night')).escalation).toEqual([{ claimed: '1h', flow: [{ then: [{ channel: 'chat' }] }] }])
    const shown = await policy('night')
    expect(shown.warnings).toHaveLength(1)
    expect((await api.ask('PUT', '/api/v1/policies/night', { key, body: shown })).status).toBe(200)
  })
})

describe('a form that no page has made', () => {
  const deep = '{"flow":'.repeat(2000)
  test.each([
    ...['', '7', '[]', 'null', '{', deep, '{"flow":7,"escalation":"x","fallback":[],"calendar":{}}'],
    ...['{"flow":[7,null,[],{"if":7,"then":8,"end":9}]}', '{"flow":[{"if":{"all":{"or":[7]}},"then":[{}]}]}'],
    ...['{"__proto__":{"flow":[]},"flow":[{"then":[{"channel":{"a":1},"users":{"b":2},"mention":[],"period":[]}]}]}'],
    JSON.stringify({ flow: Array.from({ length: 20_000 }, () => ({})) }),
    JSON.stringify({ escalation: [{ unclaimed: '<script>alert(1)</script>', flow: {} }], fallback: { after: {} } }),
  ])('with the draft %.60s is answered, small, and stores nothing', async (draft) => {
    for (const button of ['save', 'plan', 'edit flow[0].if', 'yaml', 'stage escalation']) {
      const { status, text } = await browser.visit(NIGHT, { form: { draft, do: button, node: 'flow[0]' } })
      expect([button, [200, 303, 412, 422].includes(status)]).toEqual([button, true])
      expect(text).not.toContain('<script>alert')
      expect(text.length).toBeLessThan(200_000)
    }
  })

  test.each([
    ...['edit', 'edit nowhere', 'edit flow[9].then[9]', 'up flow[0]', 'down flow[0]', 'up __proto__[0]', 'drop flow'],
    ...[
      'if flow',
      'action x.y',
      'end __proto__',
      'group constructor',
      'stage',
      'done',
      'cancel',
      'x y z',
      'done flow[0]',
    ],
  ])('with the button %s is answered', async (button) => {
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    const draft = JSON.stringify({ flow: [{ then: [{ channel: 'robot' }] }] })
    for (const node of ['', 'flow[0].then[0]', '__proto__', 'flow[0]']) {
      const { status } = await browser.visit(NIGHT, { form: { draft, do: button, node } })
      expect([200, 422]).toContain(status)
    }
  })
})

test('a form without the part leaves the flow of the policy alone', async () => {
  const body = { ...CONFIG.policies[0], notify: [{ channel: 'mail', users: ['test01'] }] }
  await api.ask('PUT', '/api/v1/policies/night', { key, body })
  const form = { name: 'Night', groupBy: 'team' }
  expect((await browser.visit(NIGHT, { form })).status).toBe(303)
  expect(await policy('night')).toMatchObject({ groupBy: ['team'], notify: body.notify })
})

test('a viewer sees the flow, without buttons and without names of people', async () => {
  const viewer = openBrowser(api)
  await viewer.signIn('a-viewer')
  const body = { ...CONFIG.policies[0], notify: [{ channel: 'mail', users: ['test01'], groups: ['group-01'] }] }
  await api.ask('PUT', '/api/v1/policies/night', { key, body })
  const { text } = await viewer.visit(NIGHT)
  expect(text).toContain('ActionTrail O&amp;M Group (group-01)')
  expect(text).not.toMatch(/Kumer|name="do"/)
})

describe('a condition in rows', () => {
  const row = (field: string, join: Row['join'] = 'and'): Row => ({ join, field, op: '=', value: 'x' })
  const is = (field: string) => ({ field, op: '=', value: 'x' })

  test.each<[unknown, Row[] | undefined, string[]]>([
    [
      [is('a'), is('b')],
      [row('a'), row('b')],
      ['[0]', '[1]'],
    ],
    [
      { or: [is('a'), { and: [is('b'), is('c')] }] },
      [row('a', 'or'), row('b', 'or'), row('c')],
      ['.or[0]', '.or[1].and[0]', '.or[1].and[1]'],
    ],
    [{ not: is('a') }, undefined, []],
    [{ and: [{ or: [is('a'), is('b')] }, is('c')] }, undefined, []],
    [{ or: [{ or: [is('a'), is('b')] }, is('c')] }, undefined, []],
    [{ or: [is('a'), { not: is('b') }] }, undefined, []],
    [[], [], []],
    [7, [], []],
  ])('%j', (condition, rows, places) => {
    expect(rowsOf(condition)).toEqual(rows)
    if (rows === undefined || rows.length === 0) return
    expect(conditionOf(rows)).toEqual({ is: condition, places })
  })
})
