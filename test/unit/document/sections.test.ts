import { describe, expect, test } from 'vitest'
import type { Sections } from '../../../shared/config/sections.ts'
import { collections, sections } from '../../../shared/document/sections/registry.ts'
import { showConfig } from '../../../shared/document/show.ts'
import { planChanges } from './plan.ts'
import { asCurrent, imported, nothing, parsed } from './setup.ts'

const SECRETS = ['hook-token', 'forward-token', 's3cret', 'pa55word']

const TREE = `
route: {receiver: ops, routes: [{receiver: ops, matchers: [team="a"]}]}
receivers: [{name: ops, labels: {tier: b}, webhook_configs: [{url: 'https://hooks.example/hook-token'}]}]
`

/** A document with every section, on top of an imported tree. */
const DOCUMENT = {
  integrations: [{ id: 'prod', type: 'prometheus' }],
  channels: [
    {
      ...{ id: 'hook', type: 'webhook', url: 'https://hooks.example/hook-token', secret: 's3cret' },
      ...{ name: 'Night shift', description: 'Calls & wakes' },
      basicAuth: { username: 'u', password: 'pa55word' },
    },
  ],
  templateFiles: [{ name: 'team.tmpl', text: '{{ define "team" }}x{{ end }}' }],
  policies: [
    { id: 'first', notify: [{ channel: 'hook' }], muteTimes: ['nights'] },
    { id: 'second', repeatWhileClaimed: true },
  ],
  rules: [{ id: 'routes', template: 'actiontrail/vpc-route-change', policy: 'first' }],
  inhibitRules: [{ source_matchers: ['a="1"'], target_matchers: ['b="2"'], equal: ['c'] }],
  timeIntervals: [{ name: 'nights', time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }] }] }],
  users: [{ id: 'test01', name: 'Kumer', phone: '86-13800000001' }],
  userGroups: [{ id: 'group-01', members: ['test01'] }],
  calendars: [{ id: 'office' }],
  views: [{ id: 'mine', query: 'level=P1', columns: ['team'], density: 'compact' }],
  templates: [
    {
      ...{ id: 'short', email: [{ subject: '{{ title }}', content: '{{ alert.alert_name }}' }] },
      webhook: { mode: 'batch', limit: 20, content: '{"project": "{{project}}"}' },
      dingtalk: [
        { language: 'zh', title: '{{ title }}', content: '{{ alert.labels | to_list }}', details: false },
        { language: 'en', content: '{{ alerts | length }}', scope: 'alerts' },
      ],
    },
  ],
  defaults: { recipients: [{ channel: 'hook' }] },
  quotas: { sms: 10, email: 200 },
  forwarding: { url: 'https://tocsin.example/i/forward-token' },
  resolveTimeout: '3m',
}

const full = parsed(DOCUMENT, asCurrent(imported(TREE)))
const current = asCurrent(full)
const document = JSON.parse(JSON.stringify(showConfig(full)))

/** The keys of the configuration; the compiler asks for a new key. */
const KEYS = Object.keys({
  ...{ integrations: 0, channels: 0, policies: 0, route: 0, receivers: 0, rules: 0, inhibitRules: 0, timeIntervals: 0 },
  ...{
    templateFiles: 0,
    templates: 0,
    users: 0,
    userGroups: 0,
    calendars: 0,
    views: 0,
    defaults: 0,
    quotas: 0,
    forwarding: 0,
    resolveTimeoutMs: 0,
  },
} satisfies Record<keyof Sections, 0>)

test('every key of the configuration has one section, and the document above has every section', () => {
  expect(sections.map(({ key }) => key).sort()).toEqual(KEYS.sort())
  expect(Object.keys(document)).toEqual(sections.map(({ name }) => name))
})

test('the collections of the API are the sections whose entries have ids', () => {
  expect(collections.map(({ name }) => name)).toEqual([
    'integrations',
    'channels',
    'templates',
    'policies',
    'rules',
    'users',
    'userGroups',
    'calendars',
    'views',
  ])
})

describe.each(sections.map((section) => [section.name, section] as const))('%s', (name, section) => {
  test('is shown, and changes nothing when it is put back', () => {
    const next = parsed({ [name]: document[name] }, current)
    expect(next[section.key]).toEqual(full[section.key])
    expect(planChanges(full, next)).toEqual([])
  })

  test('is added and removed in the plan, entry by entry', () => {
    const ids = section.entries(full[section.key]!).map(([id]) => id)
    const without = { ...full }
    delete without[section.key]
    const change = (what: string) => ids.map((id) => ({ section: name, id, change: what }))
    expect(ids).not.toEqual([])
    expect(planChanges(without as Sections, full)).toEqual(change('added'))
    expect(planChanges(full, without as Sections)).toEqual(change('removed'))
  })
})

const [{ url: _url, ...hook }] = document.channels
const [route] = document.route.routes

describe('the plan has a change of', () => {
  test.each<[string, object, string, string]>([
    ['integrations', [{ ...DOCUMENT.integrations[0], paused: true }], 'prod', 'changed'],
    ['channels', [{ ...hook, url: 'https://hooks.example/other' }], 'hook', 'changed'],
    ['channels', [{ ...document.channels[0], name: 'Day shift' }], 'hook', 'changed'],
    ['templateFiles', [{ name: 'team.tmpl', text: '' }], 'team.tmpl', 'changed'],
    ['policies', [{ ...document.policies[0], groupWait: '9s' }, document.policies[1]], 'first', 'changed'],
    ['policies', [document.policies[1], document.policies[0]], 'second', 'changed'],
    ['route', { ...document.route, groupWait: '9s', routes: [{ ...route, groupWait: '30s' }] }, 'am:{}@ops', 'changed'],
    ['rules', [{ ...DOCUMENT.rules[0], enabled: false }], 'routes', 'changed'],
    ['timeIntervals', [{ name: 'nights' }], 'nights', 'changed'],
    ['users', [{ ...document.users[0], phone: '86-13800000002' }], 'test01', 'changed'],
    ['userGroups', [{ ...document.userGroups[0], enabled: false }], 'group-01', 'changed'],
    ['calendars', [{ id: 'office', workdays: [] }], 'office', 'changed'],
    ['views', [{ id: 'mine', query: 'level=P2' }], 'mine', 'changed'],
    ['templates', [{ id: 'short', email: { content: 'other' } }], 'short', 'changed'],
    ['forwarding', { ...document.forwarding, sources: 'all' }, 'forwarding', 'changed'],
    ['forwarding', { url: 'https://tocsin.example/i/other' }, 'forwarding', 'changed'],
    ['forwarding', {}, 'forwarding', 'removed'],
  ])('%s: %j', (section, given, id, change) => {
    const next = parsed({ [section]: given }, current)
    expect(planChanges(full, next)).toEqual([{ section, id, change }])
  })

  test('inhibitRules: a rule is known by its content', () => {
    const next = parsed({ inhibitRules: [{ ...DOCUMENT.inhibitRules[0], equal: [] }] }, current)
    expect(planChanges(full, next).map(({ section, change }) => [section, change])).toEqual([
      ['inhibitRules', 'added'],
      ['inhibitRules', 'removed'],
    ])
  })

  test('resolveTimeout', () => {
    const change = (from: Sections, given: unknown) =>
      planChanges(from, parsed({ resolveTimeout: given }, asCurrent(from))).map(({ section, change }) => [
        section,
        change,
      ])
    expect(change(nothing, '1m')).toEqual([['resolveTimeout', 'added']])
    expect(change(full, '1m')).toEqual([['resolveTimeout', 'changed']])
    expect(change(full, null)).toEqual([['resolveTimeout', 'removed']])
  })

  test('routes in another order, though each route is the same', () => {
    const before = imported(TREE.replace('routes: [', 'routes: [{receiver: ops, matchers: [team="b"]}, '))
    const { route } = JSON.parse(JSON.stringify(showConfig(before)))
    const next = parsed({ route: { ...route, routes: route.routes.toReversed() } }, asCurrent(before))
    expect(planChanges(before, next)).toEqual([{ section: 'route', id: 'am:{}/{team="a"}@ops', change: 'changed' }])
  })
})

test('neither the plan nor the shown document has a secret', () => {
  const plan = JSON.stringify([...planChanges(nothing, full), ...planChanges(full, nothing)])
  for (const secret of [...SECRETS, 'sealed:']) {
    expect(plan).not.toContain(secret)
    expect(JSON.stringify(document)).not.toContain(secret)
  }
  expect(JSON.stringify(full)).toContain('sealed:')
})
