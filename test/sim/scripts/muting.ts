import { during, type Script } from '../scripts.ts'

/** Alerts that resolve while a silence or an inhibition mutes them. */
export const muting: Script[] = [
  {
    name: 'an end under a silence is told when the silence is over',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
    ],
    silences: [[5, 100, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [101.5, 101.6, 'a resolved'],
    ],
  },
  {
    name: 'an end under a silence is told although messages about other alerts came in between',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [12, 'c'],
      [30, '-a'],
      [40, '-b'],
      [40, '-c'],
    ],
    silences: [[5, 100, 'a']],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'b firing, c firing'],
      [41.5, 41.6, 'b resolved, c resolved'],
      [101.5, 101.6, 'a resolved'],
    ],
  },
  {
    name: 'an end under a silence is told although its alert moved meanwhile',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [12, 'c'],
      [30, '-a'],
    ],
    silences: [[5, 100, 'a']],
    changes: [{ atMs: 50_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'b firing, c firing'],
      [100, 112, 'a resolved, b firing, c firing'],
    ],
  },
  {
    name: 'an end that waits is told although the silence is over before a tick, and another alert comes first',
    posts: [
      [0.5, 'a'],
      [10, '-a'],
      [26, 'b'],
    ],
    silences: [[5, 25, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [31.5, 31.6, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an end is told although a silence came between two of its attempts',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [11.65, 'b'],
    ],
    answers: (_, request) => (request === 2 ? 'refuses' : undefined),
    silences: [[11.6, 60, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 21.6, 'b firing'],
      [61.5, 61.6, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an end under a silence is told to who may have heard of the firing',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
    ],
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    silences: [[1.6, 60, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [61.5, 61.6, 'a resolved'],
    ],
  },
  {
    name: 'an end under a silence is told to who hears of the firing while the alert resolves',
    reported: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
    ],
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 15_000),
    silences: [[2, 60, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [61.5, 61.6, 'a resolved'],
    ],
  },
  {
    name: 'an alert that fires again under the silence is told once, when it is over',
    posts: [
      [0.5, 'a'],
      [15, '-a'],
      [30, 'a'],
      [120, '-a'],
    ],
    silences: [[5, 100, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [121.5, 121.6, 'a resolved'],
    ],
  },
  {
    name: 'where ends are not sent, an alert that resolved under a silence is told when it fires anew',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
      [70, 'a'],
    ],
    sendResolved: false,
    silences: [[5, 60, 'a']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [71, 72, 'a firing'],
    ],
  },
  {
    name: 'an end under an inhibition is told when the inhibition is over',
    posts: [
      [0.5, 'b'],
      [5, 'a'],
      [15, '-b'],
      [30, '-a'],
    ],
    inhibits: true,
    hears: [
      [1.5, 1.6, 'b firing'],
      [11.5, 11.6, 'a firing'],
      [31.5, 31.6, 'a resolved, b resolved'],
    ],
  },
  {
    name: 'an end under a silence is told in several bodies like other ends',
    posts: [
      ...['a', 'b', 'c'].map((name): [number, string] => [0.5, name]),
      ...['-a', '-b', '-c'].map((name): [number, string] => [20, name]),
    ],
    silences: ['a', 'b', 'c'].map((name): [number, number, string] => [5, 60, name]),
    bodyBytes: 600,
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [1.5, 1.6, 'c firing'],
      [61.5, 61.6, 'a resolved, b resolved'],
      [61.5, 61.6, 'c resolved'],
    ],
  },
  {
    name: 'where ends of muted alerts are dropped, nobody is told, as in Alertmanager',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
    ],
    policies: [{ silencedEnds: 'dropped' }],
    silences: [[5, 60, 'a']],
    hears: [[1.5, 1.6, 'a firing']],
  },
  {
    name: 'an end that another policy owes is told after the silence, although the policy of now drops such ends',
    posts: [
      [0.5, 'a'],
      [40, '-a'],
    ],
    silences: [[20, 60, 'a']],
    changes: [
      {
        atMs: 30_000,
        policies: [
          { match: [{ name: 'name', op: '=', value: 'b' }] },
          { id: 'other', receiver: 'other', routeKey: '{}/{other}', silencedEnds: 'dropped' },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [60, 73, 'a resolved'],
    ],
  },
]
