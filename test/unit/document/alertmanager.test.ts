import { describe, expect, test } from 'vitest'
import type { Config } from '../../../shared/config/config.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { routePolicies } from '../../../shared/routing/route.ts'
import { planChanges } from './plan.ts'
import { asCurrent, box, imported, nothing, parsed, readAlertmanagerYml, said } from './setup.ts'

// Accepted and refused files: facts from prometheus/alertmanager, Apache-2.0.

const hook = "webhook_configs: [{url: 'http://127.0.0.1:9/'}]"
const receivers = `receivers: [{name: x, ${hook}}]`

function problems(yaml: string, current: Config = nothing): string[] {
  const read = readAlertmanagerYml(yaml, current, box)
  return read.ok ? [] : read.problems.map(said)
}

const FULL = `
global: {resolve_timeout: 3m, smtp_smarthost: 'localhost:25', http_config: {follow_redirects: true, enable_http2: true}}
templates: []
route:
  receiver: x
  group_by: ['...']
  group_wait: 0s
  routes:
  - matchers: ['a="1"', 'b=~"x|y", c!=z', '{d!~"q.*"}']
    mute_time_intervals: [nights]
    active_time_intervals: [weekend]
    continue: true
  - match: {code: 1.0, on: yes}
    match_re: {team: 'a|b'}
    receiver: team X
receivers:
- name: x
  webhook_configs:
  - {url: 'http://127.0.0.1:9/one', send_resolved: false, max_alerts: 5, timeout: 1.5s}
  - url: http://127.0.0.1:9/two
    http_config: {basic_auth: {username: u, password: p}}
- name: team X
  webhook_configs:
  - {url: 'http://127.0.0.1:9/three', http_config: {authorization: {credentials: c}, http_headers: {X-Team: {values: [ops]}}}}
- name: nobody
  slack_configs: []
inhibit_rules:
-
- {source_match: {sev: crit}, source_match_re: {job: 'a.*'}, target_matchers: [sev="warn"], equal: [job, zone]}
mute_time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}]
time_intervals: [{name: weekend, time_intervals: [{weekdays: ['saturday', 'sunday'], years: [2026]}]}]
`

describe('a whole file', () => {
  const next = imported(FULL)

  test('has its tree, with everything inherited', () => {
    const [root, first, second] = routePolicies(next.route)
    expect(root).toMatchObject({
      groupBy: 'all',
      groupWaitMs: 0,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
    })
    expect(root).toMatchObject({
      id: 'am:{}@x',
      receiver: 'x',
      targets: ['x/webhook/0', 'x/webhook/1'].map(notificationTarget),
    })
    expect(first).toMatchObject({ routeKey: '{}/{a="1",b=~"x|y",c!="z",d!~"q.*"}', muteTimes: ['nights'] })
    expect(first).toMatchObject({ activeTimes: ['weekend'], receiver: 'x', groupBy: 'all' })
    expect(second).toMatchObject({
      routeKey: '{}/{code="1.0",on="yes",team=~"^(?:a|b)$"}',
      receiver: 'team X',
      muteTimes: [],
    })
    expect(next.route?.routes.map((route) => route.continue)).toEqual([true, false])
  })

  test('makes a channel of each webhook, secrets sealed', () => {
    expect(next.channels).toMatchObject([
      { id: 'x/webhook/0', receiver: 'x', sendResolved: false, settings: { maxAlerts: 5, timeoutMs: 1500 } },
      { id: 'x/webhook/1', receiver: 'x', sendResolved: true, settings: { basicAuth: { username: 'u' } } },
      { receiver: 'team X', settings: { authorization: { type: 'Bearer' } } },
    ])
    // Without a limit of its own a webhook is told of every alert.
    expect(next.channels.map(({ mostAlerts }) => mostAlerts)).toEqual([5, undefined, undefined])
    const [first, second, third] = next.channels
    expect(box.open(first?.settings.url as string)).toBe('http://127.0.0.1:9/one')
    expect(JSON.stringify(next)).not.toContain('127.0.0.1')
    expect(third?.settings.headers).toEqual({ 'X-Team': expect.stringMatching(/^sealed:/) })
    expect(second?.settings.basicAuth).toMatchObject({ password: expect.stringMatching(/^sealed:/) })
    expect(third?.id).toMatch(/^team-X\/[0-9a-f]{12}\/webhook\/0$/)
  })

  test('has its inhibit rules, time intervals and recovery time', () => {
    expect(next.inhibitRules).toHaveLength(1)
    expect(next.inhibitRules[0]).toMatchObject({
      source: [
        { name: 'job', op: '=~', value: '^(?:a.*)$' },
        { name: 'sev', op: '=', value: 'crit' },
      ],
      target: [{ name: 'sev', op: '=', value: 'warn' }],
      equal: ['job', 'zone'],
    })
    expect(next.timeIntervals.map(({ name }) => name)).toEqual(['nights', 'weekend'])
    expect(next.resolveTimeoutMs).toBe(180_000)
  })

  test('changes nothing when it is imported again, also with masked secrets', () => {
    const again = imported(FULL, asCurrent(next))
    expect(planChanges(next, again)).toEqual([])
    const masked = FULL.replace("'http://127.0.0.1:9/one'", '<secret>').replace('password: p', 'password: <secret>')
    expect(planChanges(next, imported(masked, asCurrent(next)))).toEqual([])
    expect(problems(masked)).toHaveLength(2)
  })

  test('sends no stored credential to another host', () => {
    const moved = FULL.replace('http://127.0.0.1:9/two', 'http://evil.example/two').replace(
      'password: p',
      'password: <secret>',
    )
    const read = readAlertmanagerYml(moved, asCurrent(next), box)
    const path = expect.stringMatching(/http_config\.basic_auth\.password$/)
    expect(read).toMatchObject({ ok: false, problems: [{ path, message: expect.stringContaining('another host') }] })
  })

  test('keeps what was not imported, and nothing of the import before', () => {
    const own = parsed({
      channels: [{ id: 'mine', type: 'webhook', url: 'http://127.0.0.1:9/' }],
      policies: [{ id: 'p', notify: [{ channel: 'mine' }] }],
    })
    const then = imported(`route: {receiver: x}\n${receivers}`, asCurrent(imported(FULL, asCurrent(own))))
    expect(then.channels.map(({ id }) => id)).toEqual(['mine', 'x/webhook/0'])
    expect(then.policies).toEqual(own.policies)
    expect(then).not.toHaveProperty('resolveTimeoutMs')
    expect(then.inhibitRules).toEqual([])
    expect(then.timeIntervals).toEqual([])
  })
})

test('global http_config is for webhooks without their own', () => {
  const { channels } = imported(`
global: {http_config: {bearer_token: t}}
route: {receiver: x}
receivers: [{name: x, webhook_configs: [{url: 'http://h/a'}, {url: 'http://h/b', http_config: {}}]}]`)
  expect(channels.map(({ settings }) => 'authorization' in settings)).toEqual([true, false])
})

test('a file stays importable under labels and receivers of any name', () => {
  const next = imported(`
route: {receiver: __proto__, routes: [{match: {__proto__: x}, receiver: 'a/b'}, {match: {'foo🙂': bar}, receiver: 'a-b'}]}
receivers: [{name: __proto__, ${hook}}, {name: 'a/b', ${hook}}, {name: 'a-b', ${hook}}, {name: '..', ${hook}}, {name: '🙂', ${hook}}]`)
  expect(new Set(next.channels.map(({ id }) => id)).size).toBe(5)
  for (const { id } of next.channels) expect(id).toMatch(/^[a-zA-Z0-9._/-]{1,100}$/)
  expect(routePolicies(next.route).map(({ id }) => id)).toEqual([
    'am:{}@__proto__',
    'am:{}/{__proto__="x"}@a/b',
    'am:{}/{foo🙂="bar"}@a-b',
  ])
})

test('routes that say the same thing twice have ids of their own', () => {
  const same = '{match: {a: b}}'
  const next = imported(`route: {receiver: x, routes: [${same}, ${same}, ${same}]}\n${receivers}`)
  expect(routePolicies(next.route).map(({ id }) => id)).toEqual([
    'am:{}@x',
    'am:{}/{a="b"}@x',
    'am:{}/{a="b"}@x~2',
    'am:{}/{a="b"}@x~3',
  ])
})

test('a channel of the user is not replaced by an imported one', () => {
  const own = { id: 'x/webhook/0', type: 'webhook', url: 'http://127.0.0.1:9/' }
  expect(problems(`route: {receiver: x}\n${receivers}`, asCurrent(parsed({ channels: [own] })))).toEqual([
    expect.stringContaining('receivers[0].webhook_configs[0]'),
  ])
})

test('only receivers with webhooks count among the channels', () => {
  const named = Array.from({ length: 300 }, (_, n) => `{name: r${n}}`).join()
  expect(imported(`route: {receiver: r0}\nreceivers: [${named}]`).receivers).toHaveLength(300)
  const hooks = Array.from({ length: 1_001 }, () => "{url: 'http://h/'}").join()
  expect(problems(`route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [${hooks}]}]`)).toEqual([
    'receivers: limit: webhooks and channels of your own are 1001 or more, at most 1000 are allowed',
  ])
  const many = Array.from({ length: 2_001 }, (_, n) => `{name: r${n}}`).join()
  expect(problems(`route: {receiver: r0}\nreceivers: [${many}]`)).toEqual([
    'receivers: limit: has 2001 entries, at most 2000 are allowed',
  ])
})

describe('refused', () => {
  const root = (more: string) => `route: {receiver: x, ${more}}\n${receivers}`
  const child = (more: string) => root(`routes: [{${more}}]`)
  const top = (more: string) => `route: {receiver: x}\n${receivers}\n${more}`
  const receiver = (more: string) => `route: {receiver: x}\nreceivers: [{name: x, ${more}}]`

  test.each<[string, string, string]>([
    ['nothing', '', 'no routes'],
    ['no mapping', '- a', 'no routes'],
    ['no YAML', 'route: [', 'not readable'],
    ['two documents', `${root('')}\n---\n{}`, 'not readable'],
    ['no route', receivers, 'route: no routes provided'],
    ['no receiver on the root', `route: {group_wait: 1s}\n${receivers}`, 'default receiver'],
    ['a receiver that is not there', child('receiver: y'), 'route.routes[0].receiver: undefined receiver "y"'],
    ['a receiver twice', `route: {receiver: x}\nreceivers: [{name: x}, {name: x}]`, 'receivers[1].name'],
    ['a receiver without a name', `route: {receiver: x}\nreceivers: [{name: x}, {}]`, 'receivers[1].name'],
    ['matchers on the root', root('match: {a: b}'), 'must not have any matchers'],
    ['continue on the root', root('continue: true'), 'cannot have continue'],
    ['mute times on the root', root('mute_time_intervals: [a]'), 'mute time intervals'],
    ['active times on the root', root('active_time_intervals: [a]'), 'active time intervals'],
    ['group_interval 0', root('group_interval: 0s'), 'route.group_interval: cannot be zero'],
    ['repeat_interval 0', root('repeat_interval: 0s'), 'route.repeat_interval: cannot be zero'],
    ['a duration that is none', root('group_wait: 5'), 'route.group_wait: expected a duration'],
    ['... and another label', root("group_by: ['...', a]"), 'route.group_by: cannot have'],
    ['a label twice', root('group_by: [a, a]'), 'route.group_by[1]: is "a" a second time'],
    ['an unknown key', top('foo: 1'), 'foo: unknown key'],
    ['an unknown key without a value', top('foo:'), 'foo: unknown key'],
    ['an unknown key of a route', child('foo: 1'), 'route.routes[0].foo: unknown key'],
    ['a route that is null', root('routes: [null]'), 'route.routes[0]'],
    ['an interval that is not there', child('mute_time_intervals: [zz]'), 'undefined time interval "zz"'],
    ['a bad matcher', child('matchers: [a]'), 'route.routes[0].matchers[0]'],
    ['a bad expression', child("match_re: {a: '('}"), 'route.routes[0].match_re.a: error parsing regexp'],
    ['a bad expression in a matcher', child('matchers: [\'a=~"("\']'), 'route.routes[0].matchers'],
    ['no expression', child('match_re: {a: }'), 'route.routes[0].match_re.a: is empty'],
    ['a look-behind', child("match_re: {a: '(?<!x)y'}"), 'route.routes[0].match_re'],
    ['a label without a name', child("match: {'': a}"), 'route.routes[0].match'],
    [
      'a template in a route label',
      child("labels: {a: b, t: '{{ .GroupLabels.a }}'}"),
      'route.routes[0].labels.t: is not',
    ],
    ['a route label without a name', child("labels: {'': b}"), 'route.routes[0].labels[""]: is an invalid label name'],
    ['route labels without end', child(`labels: {a: ${'x'.repeat(5000)}}`), 'route.routes[0].labels: limit'],
    ['a receiver with another name', receiver('labels: {name: y}'), 'receivers[0].labels.name: has to be the name'],
    ['a webhook without URL', receiver('webhook_configs: [{}]'), 'receivers[0].webhook_configs[0].url: missing URL'],
    ['a bad URL', receiver("webhook_configs: [{url: 'ftp://x/'}]"), 'receivers[0].webhook_configs[0].url'],
    ['url_file', receiver('webhook_configs: [{url_file: /x}]'), 'webhook_configs[0].url_file: is not supported'],
    [
      'a payload that cannot be read',
      receiver("webhook_configs: [{url: 'http://h/', payload: {a: ['{{ if }}']}}]"),
      'receivers[0].webhook_configs[0].payload.a[0]: template: :1: missing value for if',
    ],
    [
      'a template in a URL that cannot be read',
      receiver("webhook_configs: [{url: 'http://h/{{ secret }}'}]"),
      'receivers[0].webhook_configs[0].url: is a template with an error',
    ],
    ['oauth2', receiver("webhook_configs: [{url: 'http://h/', http_config: {oauth2: {client_id: a}}}]"), 'oauth2'],
    ['a proxy', receiver("webhook_configs: [{url: 'http://h/', http_config: {proxy_url: 'http://p'}}]"), 'proxy_url'],
    [
      'no verification',
      receiver("webhook_configs: [{url: 'http://h/', http_config: {tls_config: {insecure_skip_verify: true}}}]"),
      'insecure_skip_verify',
    ],
    [
      'two ways to authorize',
      receiver("webhook_configs: [{url: 'http://h/', http_config: {bearer_token: a, basic_auth: {password: a}}}]"),
      'at most one of',
    ],
    [
      'Pushover',
      receiver('pushover_configs: [{token: a}]'),
      'receivers[0].pushover_configs: pushover_configs are not supported',
    ],
    ['templates that are no list', top('templates: a.tmpl'), 'templates: expected array'],
    [
      'a bad time',
      top("time_intervals: [{name: a, time_intervals: [{times: [{start_time: '25:00', end_time: '26:00'}]}]}]"),
      '25:00',
    ],
    [
      'a backward time',
      top("time_intervals: [{name: a, time_intervals: [{times: [{start_time: '10:00', end_time: '09:00'}]}]}]"),
      'start time',
    ],
    ['a bad zone', top('time_intervals: [{name: a, time_intervals: [{location: Mars/Base}]}]'), 'Mars/Base'],
    [
      'backward weekdays',
      top("time_intervals: [{name: a, time_intervals: [{weekdays: ['friday:monday']}]}]"),
      'start day',
    ],
    ['day 0', top("time_intervals: [{name: a, time_intervals: [{days_of_month: ['0']}]}]"), '0 is not a valid day'],
    [
      'an interval under both names',
      top('time_intervals: [{name: a}]\nmute_time_intervals: [{name: a}]'),
      'time_intervals[0].name: is not unique',
    ],
    ['an inhibit rule of several sources', top('inhibit_rules: [{sources: []}]'), 'inhibit_rules[0].sources'],
  ])('%s', (_, yaml, problem) => {
    expect(problems(yaml).join('\n')).toContain(problem)
  })

  test('every receiver of another kind, all at once', () => {
    const found = problems(`
route: {receiver: x}
receivers:
- {name: x, pushover_configs: [{token: a}], victorops_configs: [{routing_key: k}]}
- {name: y, ${hook}, jira_configs: [{project: k}]}`)
    expect(found.map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining([
        'receivers[0].pushover_configs',
        'receivers[0].victorops_configs',
        'receivers[1].jira_configs',
      ]),
    )
  })

  test('without showing a secret of the file', () => {
    const secret = 'hunter2'
    for (const broken of [
      receiver(`webhook_configs: [{url: 'http://h/\ta${secret}'}]`),
      receiver(`webhook_configs: [{url: ${secret}}]`),
      receiver(`webhook_configs: [{url: 'http://h/', http_config: {bearer_token: "${secret}\\n"}}]`),
      `route: {receiver: x}\n${secret}: [${secret}\n  ${secret}`,
    ]) {
      expect(problems(broken).length).toBeGreaterThan(0)
      expect(problems(broken).join()).not.toContain(secret)
    }
  })

  test('aliases that multiply without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`),
    ]
    expect(problems(bomb.join('\n'))).toHaveLength(1)
  })

  test('depth without end', () => {
    expect(problems(`route: ${'['.repeat(50_000)}${']'.repeat(50_000)}`).length).toBeGreaterThan(0)
  })
})
