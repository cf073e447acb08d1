import fc from 'fast-check'
import { expect, test } from 'vitest'
import { finish } from '../../../shared/base/steps.ts'
import type { DocumentResult } from '../../../shared/document/tocsin-yml.ts'
import { readTocsinYml } from '../../../shared/document/tocsin-yml.ts'
import { testBox } from './box.ts'
import { nothing, readAlertmanagerYml, said } from './setup.ts'

/*
 * Mistakes in different places are independent: a document with several mistakes has exactly
 * the problems that the document has with every mistake alone.
 */

type Mistake = readonly [path: string, value: unknown]

const GONE = Symbol('absent')

function withMistakes(good: object, mistakes: readonly Mistake[]): unknown {
  const copy: unknown = structuredClone(good)
  for (const [path, value] of mistakes) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], copy) as Record<string, unknown>
    if (value === GONE) delete parent[last]
    else parent[last] = value
  }
  return copy
}

function holdsTogether(good: object, mistakes: readonly Mistake[], read: (document: unknown) => DocumentResult): void {
  const problems = (chosen: readonly Mistake[]): string[] => {
    const result = read(withMistakes(good, chosen))
    return result.ok ? [] : result.problems.map(said)
  }
  expect(problems([])).toEqual([])
  for (const mistake of mistakes) expect([mistake, problems([mistake])]).not.toEqual([mistake, []])
  const alone = new Map(mistakes.map((mistake) => [mistake, problems([mistake])]))
  fc.assert(
    fc.property(fc.subarray([...mistakes]), (chosen) => {
      const expected = chosen.flatMap((mistake) => alone.get(mistake) ?? [])
      expect(problems(chosen).sort()).toEqual(expected.sort())
    }),
    { numRuns: 60 },
  )
}

const box = testBox()
const rule = { title: 'x', detection: { s: { a: 1 }, condition: 's' } }

test('in tocsin.yml', () => {
  const good = {
    integrations: [
      { id: 'a', type: 'cloudtrail' },
      { id: 'b', type: 'prometheus' },
    ],
    channels: [
      { id: 'hook', type: 'webhook', url: 'http://h/', basicAuth: { username: 'u', password: 'p' } },
      { id: 'bus', type: 'cloudevents', url: 'http://h/' },
      { id: 'spare', type: 'webhook', url: 'http://h/' },
    ],
    policies: [
      {
        id: 'p',
        notify: [{ channel: 'hook' }],
        lifecycle: ['bus'],
        muteTimes: ['nights'],
        match: [{ label: 'a', value: 'b' }],
      },
      { id: 'q', notify: [{ channel: 'hook' }, { channel: 'spare' }], activeTimes: ['nights'] },
    ],
    rules: [
      { id: 'r', sigma: { ...rule, name: 'r' }, policy: 'p' },
      { id: 's', template: 'actiontrail/abnormal-login', parameters: { threshold: 3 } },
      {
        id: 't',
        sigma: {
          title: 'y',
          correlation: { type: 'event_count', rules: ['r'], timespan: '5m', condition: { gte: 3 } },
        },
      },
    ],
    inhibitRules: [{ source_matchers: ['a="1"', 'b="2"'], target_matchers: ['c="3"'] }],
    timeIntervals: [{ name: 'nights', time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }] }] }],
    route: { receiver: 'x', routes: [{ receiver: 'y', groupWait: '5s' }] },
    receivers: [{ name: 'x' }, { name: 'y', labels: { a: 'b' } }],
    forwarding: { url: 'https://tocsin.example/i/token', sources: 'own' },
    resolveTimeout: '5m',
  }
  const mistakes: Mistake[] = [
    ['integrations.0.access', 'full'],
    ['integrations.0.name', 5],
    ['integrations.1.type', 'pigeon'],
    ['channels.0.url', 'ftp://h/'],
    ['channels.0.timeoutMs', 'long'],
    ['channels.0.basicAuth.password', '<secret>'],
    ['channels.0.sendResolved', 'yes'],
    ['channels.1.timeZone', 'Mars/Base'],
    ['channels.1.receiver', 'x'],
    ['channels.2.id', 'spare channel'],
    ['policies.1.id', '_q'],
    ['policies.0.groupWait', 5],
    ['policies.0.repeatWhileClaimed', 'yes'],
    ['route.routes.0.labels', { a: 5 }],
    ['route.routes.0.groupWait', 5],
    ['route.routes.0.muteTimes', ['gone']],
    ['receivers.0.name', ''],
    ['receivers.1.labels.name', 'z'],
    ['receivers.1.foo', 1],
    ['policies.0.notify.0.channel', 'gone'],
    ['policies.0.lifecycle.0', 'hook'],
    ['policies.0.muteTimes.0', 'days'],
    ['policies.0.match.0.op', '=='],
    ['policies.1.notify.0.channel', 'bus'],
    ['policies.1.activeTimes.0', 'days'],
    ['rules.0.policy', 'nobody'],
    ['rules.0.enabled', 'yes'],
    ['rules.0.sigma.detection', GONE],
    ['rules.1.parameters.threshold', 'many'],
    ['rules.2.sigma.correlation.rules', ['gone']],
    ['inhibitRules.0.source_matchers.0', 'a'],
    ['inhibitRules.0.source_matchers.1', 'b=~"("'],
    ['inhibitRules.0.sources', []],
    ['timeIntervals.0.time_intervals.0.times.0', {}],
    ['timeIntervals.0.time_intervals.0.location', 'Mars/Base'],
    ['forwarding.url', 'nowhere'],
    ['forwarding.sources', 'none'],
    ['resolveTimeout', 'soon'],
    ['users', [{ id: 'u' }]],
    ['foo', 1],
  ]

  holdsTogether(good, mistakes, (document) => finish(readTocsinYml(document, nothing, box)))
})

test('in alertmanager.yml', () => {
  const good = {
    global: { resolve_timeout: '5m', http_config: {} },
    route: {
      receiver: 'ops',
      group_by: ['a'],
      routes: [
        { receiver: 'ops', matchers: ['a="1"'], mute_time_intervals: ['nights'], group_wait: '5s' },
        { receiver: 'dev', match: { a: 'b' }, active_time_intervals: ['nights'], routes: [{ receiver: 'ops' }] },
      ],
    },
    receivers: [
      {
        name: 'ops',
        webhook_configs: [{ url: 'http://h/', http_config: { basic_auth: { password: 'p' } } }, { url: 'http://h/' }],
      },
      { name: 'dev' },
      { name: 'spare' },
    ],
    inhibit_rules: [{ source_match: { a: 'b' }, target_matchers: ['c="d"'] }],
    time_intervals: [{ name: 'nights', time_intervals: [{ weekdays: ['monday'] }] }, { name: 'spare' }],
    mute_time_intervals: [{ name: 'days' }],
  }
  const mistakes: Mistake[] = [
    ['global.resolve_timeout', 'soon'],
    ['global.http_config.oauth2', { client_id: 'a' }],
    ['global.foo', 1],
    ['route.receiver', 'nobody'],
    ['route.continue', true],
    ['route.match', { a: 'b' }],
    ['route.mute_time_intervals', ['nights']],
    ['route.group_by', ['a', 'a']],
    ['route.routes.0.receiver', 'typo'],
    ['route.routes.0.group_wait', 'soon'],
    ['route.routes.0.matchers.0', 'a'],
    ['route.routes.0.mute_time_intervals.0', 'gone'],
    ['route.routes.1.match', { a: [] }],
    ['route.routes.1.active_time_intervals.0', 'gone'],
    ['route.routes.1.labels', { a: '{{ b }}' }],
    ['receivers.1.labels', { name: 'ops' }],
    ['receivers.2.labels', { a: [] }],
    ['route.routes.1.routes.0.receiver', 'typo'],
    ['route.routes.1.routes.0.repeat_interval', '0s'],
    ['receivers.0.webhook_configs.0.url', 'ftp://h/'],
    ['receivers.0.webhook_configs.0.max_alerts', 'many'],
    ['receivers.0.webhook_configs.0.http_config.basic_auth.password', ['p']],
    ['receivers.0.webhook_configs.0.http_config.proxy_url', 'http://p'],
    ['receivers.0.webhook_configs.1.url', GONE],
    ['receivers.0.pushover_configs', [{}]],
    ['receivers.1.victorops_configs', [{}]],
    ['receivers.2.name', 'dev'],
    ['inhibit_rules.0.source_match', { a: 5, '': 'b' }],
    ['inhibit_rules.0.target_matchers.0', 'c=~"("'],
    ['time_intervals.0.time_intervals.0.weekdays', ['x', 'y']],
    ['time_intervals.1.name', 'days'],
    ['mute_time_intervals.0.foo', 1],
    ['foo', 1],
    ['receivers.0.webhook_configs.0.http_config.tls_config', { ca_file: 'x', foo: 1 }],
    [
      'receivers.0.webhook_configs.0.http_config.http_headers',
      { X: { values: ['a', 'b'] }, Y: { files: ['f'], foo: 1 }, Z: 5, 'a b': { secrets: ['x'] } },
    ],
    ['receivers.0.webhook_configs.0.timeout', 'soon'],
    ['receivers.0.webhook_configs.0.send_resolved', 'perhaps'],
    ['receivers.0.webhook_configs.1.payload', { a: '{{ b }}' }],
    ['receivers.0.foo', 1],
    ['inhibit_rules.0.equal', [[5]]],
    ['inhibit_rules.0.target_match_re', { a: '(' }],
    ['inhibit_rules.0.sources', [{}]],
    ['route.routes.0.group_by', ['b', '...']],
    ['route.routes.0.foo', 1],
    ['route.routes.1.continue', 'perhaps'],
    ['route.routes.1.routes.0.match_re', { a: '(?<!x)y' }],
    ['time_intervals.0.time_intervals.0.location', 'Mars/Base'],
    ['time_intervals.0.time_intervals.0.months', ['x']],
    ['time_intervals.0.foo', 1],
  ]
  holdsTogether(good, mistakes, (document) => readAlertmanagerYml(JSON.stringify(document), nothing, box))
})

test('within one field of tocsin.yml', () => {
  const good = {
    integrations: [
      {
        id: 'c',
        type: 'custom',
        custom: {
          labels: { a: 'x.a', b: 'x.b' },
          dedup: ['x.a', 'x.b'],
          annotations: { c: 'x.c' },
          recovery: { field: 'x.s', value: ['ok', 'done'] },
        },
        severityMap: { page: 'critical', warn: 'warning' },
      },
    ],
    channels: [{ id: 'hook', type: 'webhook', url: 'http://h/', headers: { 'X-A': 'a', 'X-B': 'b' } }],
    policies: [
      {
        id: 'p',
        groupBy: ['a', 'b', 'c'],
        match: [
          { label: 'a', op: '=~', value: 'x' },
          { label: 'b', value: 'y' },
          { label: 'c', value: 'z' },
        ],
        notify: [{ channel: 'hook' }],
        muteTimes: ['nights', 'days'],
      },
    ],
    inhibitRules: [
      { source_matchers: ['a="1"', 'b="2"'], target_match: { c: '1', d: '2' }, equal: ['e', 'f'] },
      { source_match_re: { a: 'x.', b: 'y.' }, target_matchers: ['c="3"'] },
    ],
    timeIntervals: [
      {
        name: 'nights',
        time_intervals: [
          { times: [{ start_time: '22:00', end_time: '24:00' }], weekdays: ['monday', 'friday'], months: ['1', '2'] },
        ],
      },
      { name: 'days' },
    ],
  }
  const mistakes: Mistake[] = [
    ['integrations.0.custom.labels.a', 'x..a'],
    ['integrations.0.custom.labels.b', 5],
    ['integrations.0.custom.dedup.0', 5],
    ['integrations.0.custom.dedup.1', 'x[b]'],
    ['integrations.0.custom.recovery.field', ''],
    ['integrations.0.severityMap.page', {}],
    ['integrations.0.severityMap.warn', []],
    ['channels.0.headers.X-A', 5],
    ['channels.0.headers.X-B', 'a\nb'],
    ['policies.0.groupBy.0', ''],
    ['policies.0.groupBy.1', 5],
    ['policies.0.groupBy.2', {}],
    ['policies.0.match.0.label', ''],
    ['policies.0.match.0.value', '('],
    ['policies.0.match.0.foo', 1],
    ['policies.0.match.1.op', '=='],
    ['policies.0.match.1.value', 5],
    ['policies.0.match.2', 'c=z'],
    ['policies.0.muteTimes.0', 5],
    ['policies.0.muteTimes.1', 'gone'],
    ['inhibitRules.0.source_matchers.0', 'a'],
    ['inhibitRules.0.source_matchers.1', 'b=~"("'],
    ['inhibitRules.0.equal.0', ''],
    ['inhibitRules.0.equal.1', {}],
    ['inhibitRules.1.source_match_re.a', '('],
    ['inhibitRules.1.source_match_re.b', '*'],
    ['inhibitRules.0.target_match.c', []],
    ['inhibitRules.0.target_match.d', {}],
    ['timeIntervals.0.time_intervals.0.times.0.start_time', 'x'],
    ['timeIntervals.0.time_intervals.0.weekdays.0', 'x'],
    ['timeIntervals.0.time_intervals.0.weekdays.1', 'y'],
    ['timeIntervals.0.time_intervals.0.months.0', 'x'],
  ]
  holdsTogether(good, mistakes, (document) => finish(readTocsinYml(document, nothing, box)))
  const twice = finish(readTocsinYml({ policies: [{ id: 'p', groupBy: ['', 'a', 'a'] }] }, nothing, box))
  expect(twice.ok || twice.problems.map(said)).toEqual([
    'policies[0].groupBy[0]: must not be empty',
    'policies[0].groupBy[2]: is "a" a second time',
  ])
})
