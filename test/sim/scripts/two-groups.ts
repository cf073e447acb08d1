import { MINUTE } from '../../../shared/base/time.ts'
import type { Policy } from '../../../shared/config/config.ts'
import { groupId } from '../../../shared/group/identity.ts'
import { during, nth, type Script } from '../scripts.ts'
import { EPOCH } from '../world.ts'

/** A second way to the same receiver, and its group. */
const SECOND_POLICY = { id: 'second', routeKey: '{}/{second}' }
const SECOND_GROUP = groupId('one', SECOND_POLICY.id, { group: 'g' })

const ONLY_A: Policy['match'] = [{ name: 'name', op: '=', value: 'a' }]

/**
 * A receiver hears the end from the first policy's group, then the firing from the second policy's group; neither group
 * learns of the arrival. Then the first group tries the end again; nothing more of the second group is taken.
 */
const FIRING_BETWEEN_ENDS: Omit<Script, 'name' | 'hears'> = {
  posts: [
    [0.5, 'a'],
    [10, '-a'],
  ],
  policies: [{ groupWaitMs: 0 }, SECOND_POLICY],
  effects: () => during(1, 2, 'notify', /^get config/, 9100),
  answers: (_, request, id) => {
    if (request === 2 || request === 3) return 'loses its answer'
    return id.startsWith(SECOND_GROUP) ? 'refuses' : undefined
  },
  skewsMs: [0, 0],
}

/**
 * The same of two policies with one key, as two routes with the same matchers have: the end under the key is the only
 * end that the receiver hears.
 */
const SAME_KEY: typeof FIRING_BETWEEN_ENDS = {
  ...FIRING_BETWEEN_ENDS,
  policies: [{ groupWaitMs: 0 }, { ...SECOND_POLICY, routeKey: '{}' }],
}

const DROPPED: Partial<Policy> = { groupWaitMs: 0, groupIntervalMs: MINUTE, silencedEnds: 'dropped' }

/** Groups that told the same receiver become one by a change of the configuration. */
export const twoGroups: Script[] = [
  {
    name: 'an end tried again does not count as heard after what came between its attempts',
    ...FIRING_BETWEEN_ENDS,
    changes: [{ atMs: 15_000, policies: [{ groupWaitMs: 0 }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [10.6, 10.7, 'a firing'],
      [10.7, 12, 'a resolved'],
      [15, 30, 'a resolved'],
    ],
  },
  {
    name: 'an end is tried again under another id when another group may have told the firing in between',
    ...FIRING_BETWEEN_ENDS,
    changes: [{ atMs: 10_700, policies: [{ groupWaitMs: 0 }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [10.6, 10.7, 'a firing'],
      [10.7, 12, 'a resolved'],
      [10.7, 12, 'a resolved'],
    ],
  },
  {
    name: 'an end tried again does not count as heard after what the same key told between its attempts',
    ...SAME_KEY,
    changes: [{ atMs: 15_000, policies: [{ groupWaitMs: 0 }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [10.6, 10.7, 'a firing'],
      [10.7, 12, 'a resolved'],
      [15, 30, 'a resolved'],
    ],
  },
  {
    name: 'an end is tried again under another id when the same key may have told the firing in between',
    ...SAME_KEY,
    changes: [{ atMs: 10_700, policies: [{ groupWaitMs: 0 }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [10.6, 10.7, 'a firing'],
      [10.7, 12, 'a resolved'],
    ],
  },
  {
    name: 'an end that a group told before its alert left is known when the alert fires anew in another group',
    // The first policy's group has not told the end yet.
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [25, 'a'],
    ],
    policies: [
      { groupWaitMs: 0, groupIntervalMs: MINUTE },
      { ...SECOND_POLICY, groupWaitMs: 0 },
    ],
    changes: [{ atMs: 20_000, policies: [{ groupWaitMs: 30_000, groupBy: [] }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [35, 36, 'a firing'],
    ],
  },
  {
    name: 'an end is not overtaken by a later message about other alerts',
    // Three groups tell the receiver. The second group has not told the end of `a` yet, the third group has; then the
    // first group tells of `b`, and takes `a` over.
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [135, 'b'],
      [141, 'a'],
    ],
    policies: [
      { groupWaitMs: 0, match: [{ name: 'name', op: '=', value: 'b' }] },
      { ...SECOND_POLICY, groupWaitMs: 0, match: ONLY_A, groupIntervalMs: 10_000 },
      { id: 'third', routeKey: '{}/{third}', groupWaitMs: 0, match: ONLY_A, groupIntervalMs: 10 * MINUTE },
    ],
    changes: [{ atMs: 140_000, policies: [{ groupWaitMs: 10_000 }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [0.5, 0.6, 'a firing'],
      [10.5, 10.6, 'a resolved'],
      [135, 136, 'b firing'],
      [141, 160, 'a firing, b firing'],
    ],
  },
  {
    name: 'an alert that comes while a message about others is out is owed its end',
    reported: true,
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [5, '-a'],
      [5, '-b'],
    ],
    // Elsewhere what a message does not mention stays known as for muted alerts.
    policies: [{ ...DROPPED, groupBy: 'all' }],
    skewsMs: [0, 0],
    // Two groups become one. The message of the second group comes while the end of the first group's alert is out.
    effects: () => {
      const second = nth('dispatch', /^send 1 to alerts/, 2, 1000)()
      return (worker, effect, at) =>
        at < EPOCH + 20_000
          ? undefined
          : (second(worker, effect, at) ?? during(20, 21, 'notify', /^get config/, 5000)(worker, effect, at))
    },
    changes: [{ atMs: 20_000, policies: [DROPPED] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [0.5, 0.6, 'b firing'],
      [25, 26, 'b resolved'],
      [60, 70, 'a resolved'],
    ],
  },
  {
    name: 'an end that a group told is known when the alert fires anew before it moves',
    // The first policy's group has told the firing only, and stays.
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [14, 'a'],
    ],
    policies: [
      { groupWaitMs: 0, groupIntervalMs: MINUTE },
      { ...SECOND_POLICY, groupWaitMs: 3000 },
    ],
    changes: [{ atMs: 15_000, policies: [{ groupWaitMs: 0, groupIntervalMs: MINUTE }] }],
    hears: [
      [0.5, 0.6, 'a firing'],
      [3.5, 3.6, 'a firing'],
      [13.5, 13.6, 'a resolved'],
      [75, 76, 'a firing'],
    ],
  },
  {
    name: 'an end under an earlier key is told beside the alerts of that key that fire on',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [5, '-b'],
      [6, 'c'],
      [70, '-a'],
    ],
    policies: [{ groupIntervalMs: MINUTE }],
    changes: [{ atMs: 20_000, policies: [{ groupBy: [], groupWaitMs: 0, groupIntervalMs: MINUTE }] }],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 21, 'a firing, b resolved'],
      [60, 61, 'a firing, c firing'],
      [120, 121, 'a resolved, c firing'],
      [120, 121, 'a resolved'],
    ],
  },
  {
    name: 'an alert that moves to two groups is told over once under its old key',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    // The second new group tells the beginning and the end under a key of its own.
    changes: [
      {
        atMs: 20_000,
        policies: [
          { groupWaitMs: 0, groupBy: [] },
          { ...SECOND_POLICY, groupWaitMs: 0 },
        ],
      },
    ],
    hears: [
      [0.5, 0.6, 'a firing'],
      [20, 21, 'a firing'],
      [60, 71, 'a resolved'],
      [60, 71, 'a resolved'],
    ],
  },
  {
    name: 'the alerts of a divided group are told anew, as the first end may close the ticket of all',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [60, '-a'],
    ],
    policies: [{ groupWaitMs: 1000 }],
    changes: [{ atMs: 20_000, policies: [{ groupWaitMs: 0, groupBy: 'all' }] }],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 21, 'a firing'],
      [20, 21, 'b firing'],
      [60, 71, 'a resolved'],
      [60, 71, 'a resolved'],
    ],
  },
  {
    name: 'an alert that fires anew between its ends under two keys is told',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [60, '-a'],
      [60.6, 'a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    changes: [{ atMs: 20_000, policies: [{ groupWaitMs: 0, groupBy: [] }] }],
    // The end under the present key arrives; the end under the earlier key is refused, and then the alert fires anew.
    answers: (_, request) => (request === 4 ? 'refuses' : undefined),
    hears: [
      [0.5, 0.6, 'a firing'],
      [30, 31, 'a firing, b firing'],
      [60, 61, 'a resolved, b firing'],
      [60.6, 62, 'a firing, b firing'],
    ],
  },
  {
    name: 'an end that arrived under one key is tried again under another key',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [60, '-a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    changes: [{ atMs: 20_000, policies: [{ groupWaitMs: 0, groupBy: [] }] }],
    // The end under the present key arrives; the first attempt under the earlier key is refused.
    answers: (_, request) => (request === 4 ? 'refuses' : undefined),
    hears: [
      [0.5, 0.6, 'a firing'],
      [30, 31, 'a firing, b firing'],
      [60, 61, 'a resolved, b firing'],
      [60.5, 80, 'a resolved'],
    ],
  },
  {
    name: 'an end is told under each of two keys that told the beginning',
    posts: [
      [0.5, 'a'],
      [70, '-a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    // The repeat tells the alert under the key of the second group. The third group tells nothing under its own key.
    changes: [
      { atMs: 20_000, policies: [{ groupWaitMs: 0, groupBy: [], repeatIntervalMs: 20_000 }] },
      { atMs: 50_000, policies: [{ groupWaitMs: 0, groupBy: ['account'] }] },
    ],
    hears: [
      [0.5, 0.6, 'a firing'],
      [20, 45, 'a firing'],
      [70, 75, 'a resolved'],
      [70, 75, 'a resolved'],
    ],
  },
  {
    name: 'a policy with another id and the same key goes on with the ticket',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [60, '-a'],
    ],
    changes: [{ atMs: 20_000, policies: [{ id: 'renamed' }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [30, 32, 'a firing, b firing'],
      [60, 72, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an end under the key of a group that fires on leaves the ticket open',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [60, '-a'],
    ],
    changes: [{ atMs: 20_000, policies: [{ match: [{ name: 'name', op: '=', value: 'b' }] }] }],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [60, 700, 'a resolved'],
    ],
  },
  {
    name: 'an alert that fires anew is told after the end under its old key',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
      [31, 'a'],
    ],
    policies: [{ groupWaitMs: 0 }],
    changes: [{ atMs: 15_000, policies: [{ groupWaitMs: 0, groupBy: [] }] }],
    // The end takes half a minute on its way.
    effects: () => during(20, 31, 'notify', /^get config/, 30_000),
    hears: [
      [0.5, 0.6, 'a firing'],
      [50, 62, 'a resolved'],
      [50, 63, 'a firing'],
    ],
  },
  {
    name: 'an end that closes the ticket of a group which has begun to fire meanwhile is followed by its alerts',
    reported: true,
    posts: [
      [0.5, 'b'],
      [25, '-b'],
      [32, 'a'],
    ],
    skewsMs: [0, 0],
    changes: [
      {
        atMs: 20_000,
        policies: [
          { match: [{ name: 'name', op: '=', value: 'a' }], groupIntervalMs: 30_000 },
          { id: 'other', routeKey: '{}/{other}', match: [{ name: 'name', op: '=', value: 'b' }] },
        ],
      },
    ],
    // The end under the first key takes ten seconds on the way, and no alert fires when the end is written.
    effects: nth('notify', /^put claims/, 4, 10_000),
    hears: [
      [1.5, 1.6, 'b firing'],
      [20, 20.1, 'b firing'],
      [31.5, 31.6, 'b resolved'],
      [33, 33.1, 'a firing'],
      [41.5, 41.6, 'b resolved'],
      [51.5, 51.6, 'a firing'],
    ],
  },
  {
    name: 'two groups that are woken by one message both tell in time',
    posts: [[0.5, 'a']],
    policies: [{}, SECOND_POLICY],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.5, 1.6, 'a firing'],
    ],
  },
  {
    name: 'groups that are woken at different seconds each tell at their own',
    posts: [[0.5, 'a']],
    policies: [{}, { ...SECOND_POLICY, groupWaitMs: 5000 }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [5.5, 5.6, 'a firing'],
    ],
  },
]
