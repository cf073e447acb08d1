import type { Policy } from '../../../shared/config/config.ts'
import { groupId } from '../../../shared/group/identity.ts'
import { nth, type Script } from '../scripts.ts'

const ONLY_A: Policy['match'] = [{ name: 'name', op: '=', value: 'a' }]
const ONLY_B: Policy['match'] = [{ name: 'name', op: '=', value: 'b' }]

const FIRST_GROUP = groupId('one', 'all', { group: 'g' })

/** Policies with keys of their own. */
const OTHER_POLICY = { id: 'other', routeKey: '{}/{other}' }
const THIRD_POLICY = { id: 'third', routeKey: '{}/{third}' }

/** A receiver with one ticket for each group key, while a changed configuration moves alerts between the keys. */
export const tickets: Script[] = [
  {
    name: 'an alert whose ticket another group may close is told under its next key',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [80, '-a'],
    ],
    // The group is divided, and later its other alert goes on to a third key. The end of `a` closes the first ticket.
    changes: [
      { atMs: 20_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] },
      {
        atMs: 50_000,
        policies: [
          { ...THIRD_POLICY, match: ONLY_B },
          { ...OTHER_POLICY, match: ONLY_A },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 20.1, 'a firing'],
      [50, 50.1, 'b firing'],
      [80.5, 90.6, 'a resolved'],
      [80.5, 90.6, 'a resolved'],
    ],
  },
  {
    name: 'a ticket that an end left open is closed when the group of the ticket has told its end before',
    reported: true,
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [60, '-a'],
      [70.1, '-b'],
    ],
    skewsMs: [0, 0],
    changes: [{ atMs: 20_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] }],
    // The end under the first key leaves the ticket open, as `b` fires, and takes twenty seconds on its way.
    effects: nth('notify', /^put claims/, 4, 20_000),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 20.1, 'a firing'],
      [61.5, 61.6, 'a resolved'],
      [80, 80.1, 'b resolved'],
      [81.5, 81.6, 'a resolved'],
      [81.5, 81.7, 'a resolved'],
    ],
  },
  {
    name: 'an alert is told under its next key when the group of the ticket goes on without the alert',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [50, '-b'],
    ],
    // `a` fires on when the end of `b` closes the first ticket.
    changes: [{ atMs: 20_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [20, 20.1, 'a firing'],
      [31, 31.1, 'b firing'],
      [51, 61.1, 'b resolved'],
    ],
  },
  {
    name: 'an alert that stays is told under its key when a policy begins its earlier ticket anew',
    posts: [
      [0.5, 'a'],
      [70, 'b'],
      [90, '-b'],
    ],
    changes: [
      { atMs: 20_000, policies: [{ ...OTHER_POLICY, match: ONLY_A }] },
      { atMs: 50_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] },
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [50, 50.1, 'a firing'],
      [71, 71.1, 'b firing'],
      [91, 101.1, 'b resolved'],
    ],
  },
  {
    name: 'an alert that came back to its ticket without the others is told under its next key',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [110, '-a'],
    ],
    changes: [
      { atMs: 20_000, policies: [OTHER_POLICY] },
      { atMs: 50_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] },
      {
        atMs: 80_000,
        policies: [
          { ...THIRD_POLICY, match: ONLY_B },
          { ...OTHER_POLICY, match: ONLY_A },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [50, 50.1, 'a firing'],
      [50, 50.1, 'b firing'],
      [80, 80.1, 'b firing'],
      [110.5, 120.6, 'a resolved'],
      [110.5, 120.6, 'a resolved'],
    ],
  },
  {
    name: 'an end closes the ticket when the receiver does not know what fires under its key',
    posts: [
      [0.5, 'a'],
      [30, 'b'],
      [40, '-a'],
      [50, '-b'],
    ],
    changes: [{ atMs: 20_000, policies: [{ match: ONLY_B }, { ...OTHER_POLICY, match: ONLY_A }] }],
    // `b` is over before an attempt arrives.
    answers: (_, __, id, second) => {
      return id.startsWith(FIRST_GROUP) && second > 20 ? 'refuses' : undefined
    },
    hears: [
      [1.5, 1.6, 'a firing'],
      [20, 20.1, 'a firing'],
      [40, 52, 'a resolved'],
      [40, 52, 'a resolved'],
    ],
  },
  {
    name: 'an alert that stays is told under its key when a part of its earlier ticket goes on',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [80, '-a'],
    ],
    // The second group is divided before the group has told anything under its own key.
    changes: [
      { atMs: 20_000, policies: [{ groupBy: [] }] },
      {
        atMs: 50_000,
        policies: [
          { groupBy: [], match: ONLY_B },
          { ...OTHER_POLICY, match: ONLY_A },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [50, 50.1, 'b firing'],
      [50, 50.1, 'a firing'],
      [80.5, 90.6, 'a resolved'],
      [80.5, 90.6, 'a resolved'],
    ],
  },
  {
    name: 'an end leaves the ticket open while another policy tells alerts under the same key',
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [80, '-a'],
    ],
    changes: [
      {
        atMs: 20_000,
        policies: [
          { id: 'renamed', match: ONLY_B },
          { ...OTHER_POLICY, match: ONLY_A },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 20.1, 'a firing'],
      [20, 20.1, 'b firing'],
      [80.5, 90.6, 'a resolved'],
      [80.5, 90.6, 'a resolved'],
    ],
  },
  {
    name: 'an end under an earlier key is told once, in a part without the alerts of that key that fire on',
    partAlerts: 1,
    posts: [
      [0.5, 'a'],
      [0.5, 'b'],
      [40, '-a'],
    ],
    changes: [{ atMs: 20_000, policies: [OTHER_POLICY] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [1.5, 1.6, 'b firing'],
      [40, 52, 'a resolved'],
    ],
  },
  {
    name: 'the first part of a ticket tells an alert that fires',
    partAlerts: 1,
    posts: [
      [0.5, 'a'],
      [0.7, '-a'],
      [0.8, 'b'],
    ],
    hears: [
      [1.5, 1.6, 'b firing'],
      [1.5, 1.7, 'a resolved'],
    ],
  },
  {
    name: 'the first part under a next key tells an alert that fires, also if it was told under another key',
    partAlerts: 1,
    posts: [
      [0.5, 'a'],
      [22, 'c'],
      [23, '-c'],
    ],
    changes: [{ atMs: 20_000, policies: [OTHER_POLICY] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [30, 32, 'a firing'],
      [30, 32, 'c resolved'],
    ],
  },
  {
    name: 'a part tells an alert that fires before an end, while the receiver may not have heard the first part',
    partAlerts: 1,
    posts: [
      [0.5, 'a'],
      [0.7, '-a'],
      [0.8, 'b'],
    ],
    answers: (_, request) => (request === 1 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'b firing'],
      [1.5, 5, 'b firing'],
      [1.5, 5, 'a resolved'],
    ],
  },
]
