import { MINUTE } from '../../../shared/base/time.ts'
import { during, nth, type Script } from '../scripts.ts'
import { EPOCH } from '../world.ts'

/** Alerts moved to other groups by a change of the configuration, and targets that come and go. */
export const changes: Script[] = [
  {
    name: 'an end that is out when the policy names its target no longer is told when the policy names the target again',
    reported: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [8, 'b'],
    ],
    // The end is opened at 11.5, and its sender dies before it sends.
    effects: nth('notify', /^put claims/, 2, 'dies before'),
    changes: [
      { atMs: 12_000, policies: [{ targets: [] }] },
      { atMs: 30_000, policies: [{}] },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [131, 150, 'a resolved, b firing'],
    ],
  },
  {
    name: 'a target that was forgotten and comes back is told under a new id',
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [200, 'a', { sinceMs: 500 }],
      [420, '-a', { sinceMs: 500 }],
    ],
    policies: [{ repeatIntervalMs: 60_000 }],
    changes: [
      { atMs: 30_000, policies: [{ repeatIntervalMs: 60_000, targets: [] }] },
      { atMs: 400_000, policies: [{ repeatIntervalMs: 60_000 }] },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [400, 402, 'a firing'],
      [420, 432, 'a resolved'],
    ],
  },
  {
    name: 'who was told is not told again by the next group',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    changes: [{ atMs: 30_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [60, 75, 'a resolved'],
    ],
  },
  {
    name: 'who may have heard by a delivery that is open is owed the resolve',
    posts: [
      [0.5, 'a'],
      [4.5, '-a'],
    ],
    // The delivery is open when the alert moves, and its outcome is lost. The resolve comes with the alert.
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    effects: () => (worker, effect, at) =>
      during(1, 2, 'notify', /^send 1 to alerts/, 'takes none')(worker, effect, at) ??
      during(3, 4, 'dispatch', /^put head/, 2000)(worker, effect, at),
    changes: [{ atMs: 3000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [4.5, 125, 'a resolved'],
    ],
  },
  {
    name: 'what the old group had sent is not overtaken by the new one',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
    ],
    effects: () => during(1, 2, 'notify', /^get config/, 20_000),
    changes: [{ atMs: 3000, policies: [{ groupBy: [] }] }],
    hears: [
      [21.5, 21.6, 'a firing'],
      [21.5, 125, 'a resolved'],
    ],
  },
  {
    name: 'a moved alert that the queue did not take stays where it was',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [60, '-a'],
    ],
    changes: [{ atMs: 20_000, policies: [{ groupBy: [] }] }],
    // The first send wakes the group, the second send moves its alerts.
    effects: () => {
      const second = nth('dispatch', /^send \d to alerts/, 2, 'takes none')()
      return (worker, effect, at) => (at < EPOCH + 20_000 ? undefined : second(worker, effect, at))
    },
    hears: [
      [1.5, 1.6, 'a firing'],
      [30, 42, 'a firing, b firing'],
      [60, 72, 'a resolved, b firing'],
      [60, 72, 'a resolved'],
    ],
  },
  {
    name: 'a resolve in doubt moves along: the alert that fires again is told',
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [12, '-a', { sinceMs: 500 }],
      [23, 'a', { sinceMs: 500 }],
    ],
    // The delivery of the resolve is open when the alert moves.
    answers: (_, request) => (request === 2 ? 'loses its answer' : undefined),
    effects: () => during(21, 24, 'notify', /^send 1 to alerts/, 5000),
    changes: [{ atMs: 24_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 21.6, 'a resolved'],
      [24, 150, 'a firing'],
    ],
  },
  {
    name: 'a worker that knows only the older configuration leaves the group alone',
    posts: [
      [0.5, 'a'],
      [19.5, 'b'],
      [60, '-b'],
    ],
    skewsMs: [0, 0],
    effects: () => during(19, 20, 'dispatch', /^get silences/, 3000),
    changes: [{ atMs: 20_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [20, 36, 'a firing, b firing'],
      [60, 72, 'a firing, b resolved'],
    ],
  },
  {
    name: 'what comes into a group while it is dissolved goes with the others',
    posts: [
      [0.5, 'a'],
      [12, 'b'],
    ],
    skewsMs: [0, 0],
    effects: () => (worker, effect, at) =>
      during(11.9, 12.1, 'dispatch', /^get silences/, 600)(worker, effect, at) ??
      during(12.1, 12.2, 'dispatch', /^remove head/, 2000)(worker, effect, at),
    changes: [{ atMs: 12_100, policies: [{ id: 'other', routeKey: '{}/{other}' }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [12.1, 30, 'a firing, b firing'],
    ],
  },
  {
    name: 'what comes into a group between its last save and its removal stays',
    posts: [
      [0.5, 'a'],
      [13, 'b'],
    ],
    skewsMs: [0, 0],
    effects: () => during(12, 12.7, 'dispatch', /^remove head/, 3000),
    changes: [
      { atMs: 12_100, policies: [{ id: 'other', routeKey: '{}/{other}' }] },
      { atMs: 12_800, policies: [{}] },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [14, 30, 'a firing, b firing'],
    ],
  },
  {
    name: 'an older firing that comes again after a change is known to be over',
    posts: [
      [0.5, 'a'],
      [12, '-a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    // The message of the firing comes again after three minutes.
    effects: () => during(0, 1, 'dispatch', /^send 1 to deliveries/, 'dies after'),
    changes: [{ atMs: 30_000, policies: [{ groupWaitMs: 0, groupBy: [] }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [12, 30, 'a resolved'],
    ],
  },
  {
    name: 'a resolve that is faster than the move of its alert is told',
    posts: [
      [0.5, 'a'],
      [25, '-a'],
    ],
    skewsMs: [0, 0],
    effects: () => during(20, 21, 'dispatch', /^send 1 to alerts/, 30_000),
    changes: [{ atMs: 20_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [50, 65, 'a resolved'],
    ],
  },
  {
    name: 'what is heard first does not settle what may be heard later',
    posts: [
      [0.5, 'a'],
      [4, 'a'],
      [20, '-a'],
    ],
    skewsMs: [0, 0],
    // The old group's delivery takes a minute; the alert comes to the new group before the move there.
    effects: () => (worker, effect, at) =>
      during(1, 2, 'notify', /^get config/, 60_000)(worker, effect, at) ??
      during(3, 3.5, 'dispatch', /^send 1 to alerts/, 7000)(worker, effect, at) ??
      during(4, 6, 'notify', /^get config/, 10_000)(worker, effect, at),
    changes: [{ atMs: 3000, policies: [{ groupBy: [] }] }],
    hears: [
      [15, 16, 'a firing'],
      [61, 62, 'a firing'],
      [121, 135, 'a resolved'],
      [121, 135, 'a resolved'],
    ],
  },
  {
    name: 'alerts that are moved twice are told once',
    reported: true,
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [12, '-a', { sinceMs: 500 }],
      [23, 'a', { sinceMs: 500 }],
    ],
    // The delivery of the resolve is open when the alert moves; the worker that moves the alert ends before its head
    // lets go.
    answers: (_, request) => (request === 2 ? 'loses its answer' : undefined),
    effects: () => (worker, effect, at) =>
      during(21, 24, 'notify', /^send 1 to alerts/, 'takes none')(worker, effect, at) ??
      during(24, 24.5, 'dispatch', /^put head/, 'dies before')(worker, effect, at) ??
      during(141, 143, 'dispatch', /^send 1 to alerts/, 20_000)(worker, effect, at),
    skewsMs: [0, 0],
    changes: [{ atMs: 24_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 21.6, 'a resolved'],
      [141, 155, 'a firing'],
    ],
  },
  {
    name: 'a group that could not be woken looks at the changed configuration later',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    effects: () => during(10, 131, 'dispatch', /^send 1 to alerts/, 'takes none'),
    changes: [{ atMs: 20_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [140, 155, 'a resolved'],
    ],
  },
  {
    name: 'what was told of an alert that left is not remembered when it comes back',
    // The other group, which told the end, has forgotten the alert by then.
    posts: [
      [0.5, 'a', { endsAfterMs: 30_000 }],
      [950, 'b'],
      [1100, 'a'],
    ],
    changes: [
      { atMs: 20_000, policies: [{ groupBy: [] }] },
      { atMs: 1_000_000, policies: [{}] },
    ],
    stormMs: 30 * MINUTE,
    hears: [
      [1.5, 1.6, 'a firing'],
      [30, 42, 'a resolved'],
      [950, 962, 'b firing'],
      [1100, 1112, 'a firing, b firing'],
    ],
  },
  {
    name: 'an attempt that waits is given up when the policy names its target no longer',
    posts: [[0.5, 'a']],
    answers: () => 'refuses',
    changes: [{ atMs: 20_000, policies: [{ targets: [] }] }],
    hears: [],
  },
  {
    name: 'an attempt that fails after the policy stopped to name its target is given up',
    posts: [[0.5, 'a']],
    answers: () => 'refuses',
    effects: () => during(1, 2, 'notify', /^send 1 to alerts/, 5000),
    changes: [{ atMs: 3000, policies: [{ targets: [] }] }],
    hears: [],
  },
  {
    name: 'an attempt that waits is given up when its policy is removed',
    posts: [[0.5, 'a']],
    answers: () => 'refuses',
    changes: [{ atMs: 20_000, policies: [] }],
    hears: [],
    closes: ['policy-removed'],
  },
  {
    name: 'alerts that no policy takes any more end their incident as moved, and their attempts',
    posts: [[0.5, 'a']],
    answers: () => 'refuses',
    changes: [{ atMs: 20_000, policies: [{ match: [{ name: 'name', op: '=', value: 'z' }] }] }],
    hears: [],
    closes: ['moved'],
  },
  {
    name: 'an attempt that waits is given up for a silence, and the timeline says so',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
    ],
    answers: (_, request) => (request === 1 ? 'refuses' : undefined),
    silences: [[1.6, 60, 'a']],
    hears: [],
  },
  {
    name: 'an incident whose alerts were over before the change is resolved, and the end is told',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
    ],
    changes: [{ atMs: 7000, policies: [{ match: [{ name: 'name', op: '=', value: 'z' }] }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [7, 20, 'a resolved'],
    ],
    closes: ['resolved'],
  },
]
