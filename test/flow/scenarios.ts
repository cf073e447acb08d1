import { alert, config, hears, post, receiver, type Scenario, silence } from './scenario.ts'

/**
 * Alertmanager's behaviour, as scenarios. Facts from prometheus/alertmanager's acceptance tests
 * (test/with_api_v2/acceptance, test/cli/acceptance; Apache-2.0) and from probes of the real binary; each upstream
 * test is named. Tocsin has no start delay and no cluster of replicas, so their scenarios are left out.
 */
const upstream: Scenario[] = [
  {
    name: 'overlapping posts of one alert merge: earliest start, newest annotations, later end (TestMergeAlerts)',
    config: config({ by: ['alertname'], wait: '1s', every: '1s', repeat: '1ms' }, { hook: { send_resolved: true } }),
    steps: [
      post(1, alert('test', 1.1)),
      post(1.2, alert('test', 1)),
      post(2.1, alert('test', 2, undefined, 'v1')),
      post(3.6, alert('test', 1.5, undefined, 'v2')),
      post(4.6, alert('test', 3, 4.5, 'v2')),
      post(4.8, alert('test', 2.9, 4.8, 'v3')),
      post(4.8, alert('test', 2.9, 4.1, 'v3')),
      post(5.3, alert('test', 5)),
    ],
    hears: {
      first: [
        hears(2, 2.5, alert('test', 1)),
        hears(3, 3.5, alert('test', 1, undefined, 'v1')),
        hears(4, 4.5, alert('test', 1, undefined, 'v2')),
        hears(5, 5.5, alert('test', 1, 4.8, 'v3')),
        hears(6, 6.5, alert('test', 5)),
      ],
    },
  },
  {
    name: 'a repeat interval below the group interval repeats at every tick, a resolve is told once (TestRepeat)',
    config: config({ by: ['alertname'], wait: '1s', every: '1s', repeat: '1ms' }),
    steps: [post(1, alert('test', 1)), post(3.5, alert('test', 1, 3))],
    hears: {
      first: [hears(2, 2.5, alert('test', 1)), hears(3, 3.5, alert('test', 1)), hears(4, 4.5, alert('test', 1, 3))],
    },
  },
  {
    name: 'two webhooks of one receiver are told independently, a repeat waits for its tick (TestRetry)',
    config: config(
      { by: ['alertname'], wait: '1s', every: '2s', repeat: '3s' },
      { receivers: [{ name: 'main', webhook_configs: [{ url: 'http://{first}' }, { url: 'http://{second}' }] }] },
    ),
    hooks: { second: { dropUntil: 4.5 } },
    steps: [post(1, alert('test1'))],
    hears: {
      first: [hears(2, 2.5, alert('test1', 1)), hears(6, 6.5, alert('test1', 1))],
      second: [hears(6, 6.5, alert('test1', 1))],
    },
  },
  {
    name: 'what comes within the group wait goes out together, later alerts at the next tick (TestBatching)',
    config: config({ by: [], wait: '1s', every: '1s', repeat: '4900ms' }),
    steps: [
      post(1.1, alert('test1', 1)),
      post(1.7, alert('test5', 1)),
      post(3.3, alert('test2', 1.5), alert('test3', 1.5), alert('test4', 1.6)),
    ],
    hears: {
      first: [
        hears(2, 2.5, alert('test1', 1), alert('test5', 1)),
        hears(
          4.1,
          4.5,
          alert('test1', 1),
          alert('test5', 1),
          alert('test2', 1.5),
          alert('test3', 1.5),
          alert('test4', 1.6),
        ),
        hears(
          9.1,
          9.5,
          alert('test1', 1),
          alert('test5', 1),
          alert('test2', 1.5),
          alert('test3', 1.5),
          alert('test4', 1.6),
        ),
      ],
    },
  },
  {
    name: 'alerts without an end resolve after the resolve timeout (TestResolved)',
    config: config({ by: ['alertname'], wait: '1s', every: '5s' }, { global: { resolve_timeout: '10s' } }),
    steps: [post(1, alert('test lbl=v1'), alert('test lbl=v2'), alert('test lbl=v3'))],
    hears: {
      first: [
        hears(2, 2.5, alert('test lbl=v1', 1), alert('test lbl=v2', 1), alert('test lbl=v3', 1)),
        hears(12, 13, alert('test lbl=v1', 1, 11), alert('test lbl=v2', 1, 11), alert('test lbl=v3', 1, 11)),
      ],
    },
  },
  {
    name: 'a reload restarts the grid and tells nobody twice (TestReload)',
    config: config({ by: [], wait: '1s', every: '6s', repeat: '10m' }),
    steps: [post(1, alert('test1')), { at: 3, reload: true }, post(4, alert('test2'))],
    hears: { first: [hears(2, 2.5, alert('test1', 1)), hears(9, 9.5, alert('test1', 1), alert('test2', 4))] },
  },
  {
    name: 'a webhook that hangs beyond its time-out is tried again (TestWebhookTimeout)',
    config: config({ by: ['alertname'], wait: '1s', every: '1m', repeat: '1m' }, { hook: { timeout: '500ms' } }),
    hooks: { first: { hangUntil: 3, hangMs: 1000 } },
    steps: [post(1, alert('test1'))],
    hears: { first: [hears(3, 4, alert('test1', 1))] },
  },
  {
    name: 'an alert that was always inhibited is told when it resolves together with its source (TestAlwaysInhibiting)',
    config: config(
      { by: [], wait: '1s', every: '1s', repeat: '1s' },
      {
        inhibit_rules: [
          {
            source_match: { alertname: 'JobDown' },
            target_match: { alertname: 'InstanceDown' },
            equal: ['job', 'zone'],
          },
        ],
      },
    ),
    steps: [
      post(1, alert('InstanceDown job=testjob zone=aa')),
      post(1, alert('JobDown job=testjob zone=aa')),
      post(2.6, alert('JobDown job=testjob zone=aa', 1, 2.6)),
      post(2.6, alert('InstanceDown job=testjob zone=aa', 1, 2.6)),
    ],
    hears: {
      first: [
        hears(2, 2.5, alert('JobDown job=testjob zone=aa', 1)),
        hears(3, 3.5, alert('InstanceDown job=testjob zone=aa', 1, 2.6), alert('JobDown job=testjob zone=aa', 1, 2.6)),
      ],
    },
  },
  {
    name: 'a silence holds from its start to its end (TestSilencing)',
    config: config({ by: [], wait: '1s', every: '1s', repeat: '1ms' }),
    steps: [post(1, alert('test1', 1)), post(1, alert('test2', 1)), silence(2.3, 's', 'alertname=test1', [2.5, 4.5])],
    hears: {
      first: [
        hears(2, 2.5, alert('test1', 1), alert('test2', 1)),
        hears(3, 3.5, alert('test2', 1)),
        hears(4, 4.5, alert('test2', 1)),
        hears(5, 5.5, alert('test1', 1), alert('test2', 1)),
      ],
    },
  },
  {
    name: 'after a silence is expired the next tick tells (TestSilenceDelete)',
    config: config({ by: [], wait: '1s', every: '1s', repeat: '1ms' }),
    steps: [
      post(1, alert('test1', 1)),
      post(1, alert('test2', 1)),
      silence(1.3, 's', 'alertname=~.+', [1.5, 100]),
      { at: 3.5, expire: 's' },
    ],
    hears: { first: [hears(3.5, 4.5, alert('test1', 1), alert('test2', 1))] },
  },
  {
    name: 'label names beyond ASCII route and group (TestSendAlertsToUTF8Route)',
    config: JSON.stringify({
      route: {
        receiver: 'none',
        routes: [{ receiver: 'main', matchers: ['foo🙂=bar'], group_by: ['foo🙂'], group_wait: '1s' }],
      },
      receivers: [receiver('none'), receiver('main', 'first')],
    }),
    steps: [post(1, alert('foo🙂=bar', 1))],
    hears: { first: [hears(2, 2.5, alert('foo🙂=bar', 1))] },
  },
  {
    name: 'an alert with a start to come is told after the group wait (TestAddAlert)',
    config: config({ by: ['alertname'], wait: '1s', every: '1s', repeat: '1ms' }, { hook: { send_resolved: true } }),
    steps: [post(0, alert('test1', 1, 2))],
    stopAt: 2,
    hears: { first: [hears(1, 2, alert('test1', 1))] },
  },
]

const hourly = { by: ['alertname'], wait: '1s', every: '1s', repeat: '1h' }

/** Seen on the real binary. */
const probed: Scenario[] = [
  {
    name: 'a 500 is tried again within the flush, further and further apart',
    config: config({ ...hourly, every: '8s' }),
    hooks: { first: { status: [[5, 500]] } },
    steps: [post(0.5, alert('x'))],
    stopAt: 9.2,
    attempts: { first: { before: 5, min: 3, max: 8 } },
    hears: { first: [hears(5, 9.2, alert('x', 0.5))] },
  },
  {
    name: 'a 400 is not tried again before the next tick',
    config: config({ ...hourly, every: '4s' }),
    hooks: { first: { status: [[8, 400]] } },
    steps: [post(0.5, alert('x'))],
    stopAt: 11,
    attempts: { first: { before: 8, min: 2, max: 2 } },
    hears: { first: [hears(9.5, 10, alert('x', 0.5))] },
  },
  {
    name: 'a connection that is reset is tried again',
    config: config({ ...hourly, every: '8s' }),
    hooks: { first: { resetFirst: 2 } },
    steps: [post(0.5, alert('x'))],
    stopAt: 7,
    hears: { first: [hears(1.8, 4, alert('x', 0.5))] },
  },
  {
    name: 'an alert that resolves within the group wait is never told',
    config: config({ ...hourly, wait: '3s' }),
    steps: [post(0.5, alert('x')), post(1.5, alert('x', 0.5, 1.4))],
    stopAt: 6,
    hears: { first: [hears(0, 6)] },
  },
  {
    name: 'an alert first seen as resolved is never told',
    config: config(hourly),
    steps: [post(0.5, alert('x', 0.1, 0.4))],
    stopAt: 4,
    hears: { first: [hears(0, 4)] },
  },
  {
    name: 'the end of a silence does not tell again what was told',
    config: config(hourly),
    steps: [post(0.5, alert('x')), silence(2, 's', 'alertname=x', [2, 100]), { at: 5, expire: 's' }],
    stopAt: 8,
    hears: { first: [hears(1.5, 2, alert('x', 0.5))] },
  },
  {
    // Upstream's known gap (prometheus/alertmanager#226), kept as it is.
    name: 'an alert that resolved while silenced and fires again is not told before its repeat',
    config: config(hourly),
    steps: [
      post(0.5, alert('x')),
      silence(2, 's', 'alertname=x', [2, 100]),
      post(3, alert('x', 0.5, 2.9)),
      { at: 5, expire: 's' },
      post(6, alert('x')),
    ],
    stopAt: 10,
    hears: { first: [hears(1.5, 2, alert('x', 0.5))] },
  },
  {
    name: 'a resolve and a new firing within one group interval are not seen',
    config: config({ ...hourly, every: '3s' }),
    steps: [post(0, alert('x')), post(1.5, alert('x', 0, 1.4)), post(2.2, alert('x', 2.1))],
    stopAt: 9,
    hears: { first: [hears(1, 1.5, alert('x', 0))] },
  },
  {
    name: 'one of two alerts resolves: the message has both and is firing',
    config: config({ ...hourly, by: ['g'] }),
    steps: [post(0, alert('x g=1'), alert('y g=1')), post(2.3, alert('x g=1', 0, 2.2))],
    stopAt: 6,
    hears: {
      first: [
        hears(1, 1.5, alert('x g=1', 0), alert('y g=1', 0)),
        { ...hears(3, 3.5, alert('x g=1', 0, 2.2), alert('y g=1', 0)), status: 'firing' },
      ],
    },
  },
  {
    name: 'with continue both receivers are told, under the same group key',
    config: config(hourly, {
      route: {
        routes: [
          { matchers: ['a="1"'], receiver: 'main', continue: true },
          { matchers: ['a="1"'], receiver: 'other' },
        ],
      },
      receivers: [receiver('main', 'first'), receiver('other', 'second')],
    }),
    steps: [post(0, alert('x a=1'))],
    stopAt: 3,
    hears: {
      first: [{ ...hears(1, 1.5, alert('x a=1', 0)), groupKey: '{}/{a="1"}:{alertname="x"}' }],
      second: [{ ...hears(1, 1.5, alert('x a=1', 0)), groupKey: '{}/{a="1"}:{alertname="x"}' }],
    },
  },
  {
    name: 'a label that both sides lack counts as equal for an inhibit rule',
    config: config(
      { ...hourly, by: [] },
      { inhibit_rules: [{ source_matchers: ['sev="crit"'], target_matchers: ['sev="warn"'], equal: ['job'] }] },
    ),
    steps: [post(0, alert('s1 sev=crit'), alert('t sev=warn'))],
    stopAt: 3,
    hears: { first: [hears(1, 1.5, alert('s1 sev=crit', 0))] },
  },
  {
    name: 'an inhibited alert still inhibits others',
    config: config(
      { ...hourly, by: [] },
      {
        inhibit_rules: [
          { source_matchers: ['l="1"'], target_matchers: ['l="2"'] },
          { source_matchers: ['l="2"'], target_matchers: ['l="3"'] },
        ],
      },
    ),
    steps: [post(0, alert('a l=1'), alert('b l=2'), alert('c l=3'))],
    stopAt: 3,
    hears: { first: [hears(1, 1.5, alert('a l=1', 0))] },
  },
  {
    name: 'a silenced source still inhibits',
    config: config(
      { ...hourly, by: [] },
      { inhibit_rules: [{ source_matchers: ['sev="crit"'], target_matchers: ['sev="warn"'] }] },
    ),
    steps: [silence(0, 's', 'sev=crit', [0, 100]), post(0.1, alert('s1 sev=crit'), alert('t sev=warn'))],
    stopAt: 3,
    hears: { first: [hears(0, 3)] },
  },
  {
    name: 'every post without an end moves the resolve timeout',
    config: config(hourly, { global: { resolve_timeout: '3s' } }),
    steps: [post(0, alert('x')), post(2.3, alert('x'))],
    stopAt: 8,
    hears: { first: [hears(1, 1.5, alert('x', 0)), { ...hears(6, 6.5, alert('x', 0, 5.3)), status: 'resolved' }] },
  },
  {
    name: 'a route within its mute time tells nobody, not even the fallback',
    config: config(hourly, {
      route: { routes: [{ receiver: 'other', matchers: ['a="1"'], mute_time_intervals: ['always'] }] },
      receivers: [receiver('main', 'first'), receiver('other', 'second')],
      time_intervals: [{ name: 'always', time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }],
    }),
    steps: [post(0, alert('x a=1'))],
    stopAt: 4,
    hears: { first: [hears(0, 4)], second: [hears(0, 4)] },
  },
  {
    name: 'a route outside its active time tells nobody, not even the fallback',
    config: config(hourly, {
      route: { routes: [{ receiver: 'other', matchers: ['a="1"'], active_time_intervals: ['never'] }] },
      receivers: [receiver('main', 'first'), receiver('other', 'second')],
      time_intervals: [{ name: 'never', time_intervals: [{ years: ['1999'] }] }],
    }),
    steps: [post(0, alert('x a=1'))],
    stopAt: 4,
    hears: { first: [hears(0, 4)], second: [hears(0, 4)] },
  },
  {
    name: 'without send_resolved a resolve is not told, and a new firing is',
    config: config(hourly, { hook: { send_resolved: false } }),
    steps: [post(0, alert('x')), post(2.3, alert('x', 0, 2.2)), post(4.5, alert('x', 4.4))],
    stopAt: 8,
    hears: { first: [hears(1, 1.5, alert('x', 0)), hears(4.9, 6, alert('x', 4.4))] },
  },
  {
    name: 'a restart on the same data tells nobody again',
    config: config(hourly),
    steps: [post(0, alert('x')), post(5, alert('x'))],
    restartAt: 3,
    stopAt: 9,
    hears: { first: [hears(1, 1.5, alert('x', 0))] },
  },
]

export const scenarios: readonly Scenario[] = [...upstream, ...probed]
