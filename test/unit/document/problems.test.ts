import { describe, expect, test } from 'vitest'
import { asCurrent, box, imported, nothing, parsed, problems, readAlertmanagerYml, said } from './setup.ts'

/*
 * Every problem of a document is named at once, at the exact place, however many checks find problems. No problem is
 * named that is only a consequence of another problem.
 */

const ofFile = (yaml: string, current = nothing): string[] => {
  const read = readAlertmanagerYml(yaml, current, box)
  return read.ok ? [] : read.problems.map(said).sort()
}
const ofDocument = (document: unknown, current = nothing): string[] => problems(document, current).map(said).sort()

describe('an alertmanager.yml', () => {
  test('has its eight problems in one answer', () => {
    const found = ofFile(`
global: {slack_api_url: 'https://slack.example/x'}
route:
  receiver: nobody
  routes:
  - {receiver: pages, matchers: [team="a"], mute_time_intervals: [nights]}
  - {receiver: typo, matchers: [team="b"], group_interval: 0s}
receivers:
- {name: chat, pushover_configs: [{channel: '#x'}]}
- {name: pages, webhook_configs: [{url: 'ftp://x/y'}, {}]}
- {name: pages}
`)
    expect(found).toEqual([
      'receivers[0].pushover_configs: pushover_configs are not supported yet',
      'receivers[1].webhook_configs[0].url: has to start with http:// or https://',
      'receivers[1].webhook_configs[1].url: missing URL in webhook config',
      'receivers[2].name: notification config name "pages" is not unique',
      'route.receiver: undefined receiver "nobody" used in route',
      'route.routes[0].mute_time_intervals[0]: undefined time interval "nights" used in route',
      'route.routes[1].group_interval: cannot be zero',
      'route.routes[1].receiver: undefined receiver "typo" used in route',
    ])
  })

  test('hides no undefined receiver behind a receiver of another kind', () => {
    const receiver = "{name: chat, pushover_configs: [{channel: '#x'}], jira_configs: [{api_key: k}]}"
    expect(ofFile(`route: {receiver: nobody}\nreceivers: [${receiver}]`)).toEqual([
      'receivers[0].jira_configs: jira_configs are not supported yet',
      'receivers[0].pushover_configs: pushover_configs are not supported yet',
      'route.receiver: undefined receiver "nobody" used in route',
    ])
  })

  test('has the problems of every part of one receiver', () => {
    const http = '{oauth2: {client_id: a}, bearer_token: t, http_headers: {X: {values: [a, b]}}}'
    const webhooks = `[{url: 'ftp://x/', max_alerts: many, http_config: ${http}}, {url: 'http://h/', foo: 1}]`
    expect(
      ofFile(`route: {receiver: x}\nreceivers: [{name: x, webhook_configs: ${webhooks}, victorops_configs: [{}]}]`),
    ).toEqual([
      'receivers[0].victorops_configs: victorops_configs are not supported yet',
      'receivers[0].webhook_configs[0].http_config.http_headers.X: is supported with one entry in `values` or `secrets`',
      'receivers[0].webhook_configs[0].http_config.oauth2: is not supported yet',
      'receivers[0].webhook_configs[0].max_alerts: expected a whole number',
      'receivers[0].webhook_configs[0].url: has to start with http:// or https://',
      'receivers[0].webhook_configs[1].foo: unknown key',
    ])
  })

  test('has the problems of its root route, intervals, inhibit rules and globals beside one another', () => {
    const found = ofFile(`
global: {resolve_timeout: soon, http_config: {proxy_url: 'http://p'}, foo: 1}
route: {match: {a: b}, matchers: ['c'], continue: true, active_time_intervals: [away], group_by: [a, a], labels: {x: []}}
receivers: {}
inhibit_rules: [{sources: []}, {source_matchers: ['a', 'b=~"("']}]
time_intervals: [{name: n, time_intervals: [{foo: []}]}, {name: m}]
mute_time_intervals: [{name: m}, {}]
`)
    expect(found.map((line) => line.replace(/: .*/, ''))).toEqual([
      ...['global.foo', 'global.http_config.proxy_url', 'global.resolve_timeout'],
      ...['inhibit_rules[0].sources', 'inhibit_rules[1].source_matchers[0]', 'inhibit_rules[1].source_matchers[1]'],
      ...['mute_time_intervals[1].name', 'receivers'],
      ...['route.active_time_intervals', 'route.continue', 'route.group_by[1]', 'route.labels.x'],
      ...['route.match', 'route.matchers', 'route.matchers[0]', 'route.receiver'],
      ...['time_intervals[0].time_intervals[0].foo', 'time_intervals[1].name'],
    ])
  })

  test('has every problem of one list, and of one mapping', () => {
    const route = "{receiver: x, routes: [{matchers: [{a: b}, c, 'd=~\"(\"'], group_by: ['', a, a, {}]}]}"
    const rule = "{source_match: {a: [], '': b, c: d}, target_match_re: {e: '(', f: , g: '['}, equal: ['', {}]}"
    const found = ofFile(`
route: ${route}
receivers: [{name: x, labels: {a: [], '': b, name: y}}]
inhibit_rules: [${rule}]`)
    expect([...new Set(found.map((line) => line.replace(/: .*/, '')))]).toEqual([
      ...['inhibit_rules[0].equal[0]', 'inhibit_rules[0].equal[1]'],
      ...['inhibit_rules[0].source_match.a', 'inhibit_rules[0].source_match[""]'],
      ...['e', 'f', 'g'].map((label) => `inhibit_rules[0].target_match_re.${label}`),
      ...['receivers[0].labels.a', 'receivers[0].labels.name', 'receivers[0].labels[""]'],
      ...[0, 2, 3].map((place) => `route.routes[0].group_by[${place}]`),
      ...[0, 1, 2].map((place) => `route.routes[0].matchers[${place}]`),
    ])
  })

  test('breaks no policy of the account unnoticed', () => {
    const current = asCurrent(
      parsed(
        { policies: [{ id: 'p', notify: [{ channel: 'x/webhook/1' }], muteTimes: ['nights'] }] },
        asCurrent(
          imported(`
route: {receiver: x}
receivers: [{name: x, webhook_configs: [{url: 'http://h/1'}, {url: 'http://h/2'}]}]
time_intervals: [{name: nights}]`),
        ),
      ),
    )
    const file = (webhooks: string, intervals: string) =>
      ofFile(`route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [${webhooks}]}]\n${intervals}`, current)
    expect(file("{url: 'http://h/1'}", '')).toEqual([
      'receivers: policy "p" names a channel "x/webhook/1" that does not exist',
      'time_intervals: policy "p" names a time interval "nights" that does not exist',
    ])
    // A refused webhook and a refused interval exist, so the policy names an existing channel and interval.
    expect(file("{url: 'http://h/1'}, {}", 'time_intervals: [{name: nights, foo: 1}]')).toEqual([
      'receivers[0].webhook_configs[1].url: missing URL in webhook config',
      'time_intervals[0].foo: unknown key',
    ])
  })

  test.each<[string, string, string[]]>([
    ['a refused receiver', 'receivers: [{name: x, victorops_configs: [{}]}]', ['receivers[0].victorops_configs']],
    ['a receiver without a readable name', 'receivers: [{nam: x}]', ['receivers[0].name', 'receivers[0].nam']],
    ['receivers that are no list', 'receivers: {x: {}}', ['receivers']],
    [
      'a URL in a file',
      "receivers: [{name: x, webhook_configs: [{url_file: '/f'}]}]",
      ['receivers[0].webhook_configs[0].url_file'],
    ],
    [
      'credentials in a file',
      "receivers: [{name: x, webhook_configs: [{url: 'http://h/', http_config: {authorization: {credentials_file: f}}}]}]",
      ['receivers[0].webhook_configs[0].http_config.authorization.credentials_file'],
    ],
  ])('names no consequence of %s', (_what, receivers, expected) => {
    const found = ofFile(`route: {receiver: x}\n${receivers}`)
    expect(found.map((line) => line.replace(/: .*/, ''))).toEqual(expected.sort())
  })
})

const sigma = (more: object = {}) => ({
  title: 'Sign-in failed',
  detection: { login: { eventName: 'ConsoleLogin' }, condition: 'login' },
  ...more,
})
const counting = (rule: string) => ({
  title: 'Many',
  correlation: { type: 'event_count', rules: [rule], timespan: '5m', condition: { gte: 3 } },
})

describe('a tocsin.yml', () => {
  test('has the problems of every section and every reference in one answer', () => {
    const found = ofDocument({
      foo: 1,
      users: [{ id: 'u' }],
      integrations: [
        { id: 'a b', type: 'cloudtrail', access: 'full' },
        { id: 'x', type: 'pigeon', name: 5 },
      ],
      channels: [
        { id: 'c d', type: 'webhook', url: 'ftp://h/', timeoutMs: 'long', secret: '<secret>' },
        { id: 'bus', type: 'cloudevents', url: 'https://bus.example/', sendResolved: false, timeZone: 'Mars/Base' },
      ],
      policies: [
        {
          ...{ id: '_p', groupWait: '5', flow: { a: 1 }, muteTimes: ['nights', 'days'] },
          notify: [{ channel: 'gone' }, { channel: 'bus' }],
          lifecycle: ['bus', 'bus'],
        },
      ],
      rules: [
        { id: 'r s', template: 'no/such', policy: 'nobody' },
        { id: 't', template: 'no/such' },
        { id: 'u', sigma: { title: 'x' }, parameters: {}, policy: 'nobody' },
      ],
      timeIntervals: [{ name: 'days', time_intervals: [{ foo: [] }] }],
      forwarding: { url: 'nowhere', sources: 'none' },
      resolveTimeout: '1 day',
    })
    expect(found.map((line) => line.replace(/: .*/, ''))).toEqual([
      ...['channels[0].id', 'channels[0].secret', 'channels[0].timeoutMs', 'channels[0].url'],
      ...['channels[1].sendResolved', 'channels[1].timeZone', 'foo', 'forwarding.sources', 'forwarding.url'],
      ...['integrations[0].access', 'integrations[0].id', 'integrations[1].name', 'integrations[1].type'],
      ...['policies[0].flow', 'policies[0].groupWait', 'policies[0].id', 'policies[0].lifecycle[1]'],
      ...['policies[0].muteTimes[0]', 'policies[0].notify[0].channel', 'policies[0].notify[1].channel'],
      ...[
        'resolveTimeout',
        'rules[0].id',
        'rules[0].policy',
        'rules[0].template',
        'rules[1].template',
        'rules[2].parameters',
      ],
      ...['rules[2].policy', 'timeIntervals[0].time_intervals[0].foo', 'users[0].id', 'users[0].name'],
    ])
  })

  test.each<[string, object, string[]]>([
    [
      'an entry that is refused',
      {
        channels: [{ id: 'c', type: 'webhook', url: 'ftp://h/' }],
        policies: [{ id: 'p', notify: [{ channel: 'c' }] }],
      },
      ['channels[0].url'],
    ],
    [
      'an id that is refused',
      {
        channels: [{ id: 'c d', type: 'webhook', url: 'http://h/' }],
        policies: [{ id: 'p', notify: [{ channel: 'c d' }] }],
      },
      ['channels[0].id'],
    ],
    [
      'an id that is not there',
      { channels: [{ Id: 'c', type: 'cloudevents' }], policies: [{ id: 'p', lifecycle: ['c'] }] },
      ['channels[0].Id', 'channels[0].id', 'channels[0].url'],
    ],
    ['a list that is none', { channels: { c: 1 }, policies: [{ id: 'p', notify: [{ channel: 'c' }] }] }, ['channels']],
    [
      'a list that is too long',
      {
        timeIntervals: Array.from({ length: 501 }, (_, n) => ({ name: `n${n}` })),
        policies: [{ id: 'p', muteTimes: ['n500'] }],
      },
      ['timeIntervals'],
    ],
    [
      'a policy that is refused',
      { policies: [{ id: 'p', groupWait: 5 }], rules: [{ id: 'r', sigma: sigma(), policy: 'p' }] },
      ['policies[0].groupWait'],
    ],
    [
      'a rule that is refused',
      {
        rules: [
          { id: 'r', sigma: sigma({ name: 'login' }), enabled: 'yes' },
          { id: 's', sigma: counting('login') },
        ],
      },
      ['rules[0].enabled'],
    ],
    [
      'a rule that Sigma refuses',
      {
        rules: [
          { id: 'r', sigma: { title: 'x', name: 'login' } },
          { id: 's', sigma: counting('login') },
        ],
      },
      ['rules[0].sigma.detection'],
    ],
    [
      'a correlation whose rule is unknown',
      {
        rules: [
          { id: 'r', sigma: counting('gone') },
          { id: 's', sigma: counting('r') },
        ],
      },
      ['rules[0].sigma.correlation.rules'],
    ],
    [
      'two rules that count one another',
      {
        rules: [
          { id: 'r', sigma: counting('s') },
          { id: 's', sigma: counting('r') },
          { id: 't', sigma: counting('s') },
        ],
      },
      ['rules[0].sigma.correlation.rules', 'rules[1].sigma.correlation.rules'],
    ],
    [
      'a type that is unknown',
      { integrations: [{ id: 'i', type: 'pigeon', access: 'full', custom: {} }] },
      ['integrations[0].type'],
    ],
    [
      'a route that is refused',
      { route: { receiver: 'x', routes: [{ groupInterval: 5 }] } },
      ['route.routes[0].groupInterval'],
    ],
  ])('names no consequence of %s', (_what, document, expected) => {
    expect(ofDocument(document).map((line) => line.replace(/: .*/, ''))).toEqual(expected)
  })

  test('has every problem of one mapping at its name', () => {
    const headers = { 'a b': 'x', Host: 'y', 'X-A': 'é', 'X-B': 5, 'x-c': '1', 'X-C': '2' }
    const found = ofDocument({
      channels: [
        { id: 'c', type: 'webhook', url: 'http://h/', headers },
        { id: 'd', type: 'cloudevents', url: 'http://h/', headers: { 'ce-x': 'y', Cookie: 'z' } },
      ],
      integrations: [
        {
          ...{ id: 'i', type: 'custom', severityMap: { a: '', b: [], '': 'c' } },
          custom: { labels: { _tocsin_x: 'a', '': 'b', c: 5 } },
        },
      ],
    })
    expect(found.map((line) => line.replace(/: .*/, ''))).toEqual([
      ...['Host', 'X-A', 'X-B', 'X-C'].map((name) => `channels[0].headers.${name}`),
      ...['channels[0].headers["a b"]', 'channels[1].headers.Cookie', 'channels[1].headers.ce-x'],
      ...['_tocsin_x', 'c'].map((name) => `integrations[0].custom.labels.${name}`),
      'integrations[0].custom.labels[""]',
      ...['a', 'b'].map((name) => `integrations[0].severityMap.${name}`),
      'integrations[0].severityMap[""]',
    ])
  })

  test('names an unknown rule although another rule is refused', () => {
    const rules = [
      { id: 'r', sigma: sigma({ name: 'login' }), enabled: 'yes' },
      { id: 's', sigma: counting('gone') },
    ]
    expect(ofDocument({ rules })).toEqual([
      expect.stringMatching(/^rules\[0\]\.enabled: /),
      'rules[1].sigma.correlation.rules: no enabled rule has the id or name "gone"',
    ])
  })

  test('keeps the imported channels in view while its route is refused', () => {
    const tree = "route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [{url: 'http://h/1'}]}]"
    const policies = [{ id: 'p', notify: [{ channel: 'x/webhook/0' }] }]
    const current = asCurrent(parsed({ policies }, asCurrent(imported(tree))))
    expect(ofDocument({ channels: [], route: { receiver: 'x', foo: 1 } }, current)).toEqual(['route.foo: unknown key'])
  })

  test('tells a hundred problems at most, references included', () => {
    const policies = Array.from({ length: 150 }, (_, n) => ({ id: `p${n}`, groupWait: 5, muteTimes: ['gone'] }))
    expect(problems({ policies })).toHaveLength(101)
    expect(problems({ policies }).at(-1)).toEqual({ path: '', message: 'and 200 more problems' })
  })
})
