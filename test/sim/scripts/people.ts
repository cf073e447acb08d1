import { rotation } from '../flows/story.ts'
import { flow, OPS, PEOPLE, pages, SHIFT, stage, step, without } from '../flows/words.ts'
import { during, type Script } from '../scripts.ts'

const AMY = flow({ steps: [step(pages('amy'))] }).map((policy) => ({ ...policy, groupIntervalMs: 30_000 }))
const BOTH = flow({ steps: [step(OPS, pages('amy'), pages('bob'))] })

const DUTY = flow({ steps: [step(SHIFT)] })
const CID_ON_DUTY = {
  ...PEOPLE,
  userGroups: [{ id: 'shift', members: ['cid'], enabled: true, rotation: rotation({ order: ['cid'] }) }],
}

/** Flows: people who change while messages are on their way, and states that differ from person to person. */
export const people: Script[] = [
  {
    name: 'changed people restart no timers',
    posts: [
      [0.5, 'a'],
      [12, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ stages: [stage('open', 20, pages('amy'))] }),
    changes: [{ atMs: 15_000, policies: flow({ stages: [stage('open', 20, pages('amy'))] }), people: without('cid') }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [21.5, 21.6, 'a firing, b firing'],
    ],
    hearsBy: { 'pager@amy': [[21.5, 21.6, 'escalated: a firing, b firing']] },
  },
  {
    name: 'a user whose address is gone is tried again when people change',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy'))] }),
    changes: [{ atMs: 30_000, policies: flow({ steps: [step(pages('amy'))] }), people: without('cid') }],
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'is gone' : undefined),
    hears: [],
    hearsBy: { 'pager@amy': [[30, 30.1, 'a firing']] },
  },
  {
    name: 'a message to a user that waits for its next attempt is tried at once when people change',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy'))] }),
    changes: [{ atMs: 20_000, policies: flow({ steps: [step(pages('amy'))] }), people: without('cid') }],
    answers: (sink, _request, _id, second) => (sink.endsWith('amy') && second < 19 ? 'refuses' : undefined),
    hears: [],
    hearsBy: { 'pager@amy': [[20, 20.1, 'a firing']] },
  },
  {
    name: 'a user who is enabled again hears of the alerts that were compared meanwhile',
    posts: [
      [0.5, 'a'],
      [8, 'b'],
    ],
    people: PEOPLE,
    policies: AMY,
    changes: [
      { atMs: 5000, policies: AMY, people: without('amy') },
      { atMs: 40_000, policies: AMY, people: PEOPLE },
    ],
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [40, 40.1, 'a firing, b firing'],
      ],
    },
  },
  {
    name: 'a user who was disabled is sent nothing that was decided before',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: BOTH,
    changes: [{ atMs: 3000, policies: BOTH, people: without('amy') }],
    effects: () => during(1, 2, 'notify', /^get config/, 4000),
    hears: [[5.5, 5.6, 'a firing']],
    hearsBy: { 'pager@amy': [], 'pager@bob': [[5.5, 5.6, 'a firing']] },
  },
  {
    name: 'a worker that knows only the older people leaves the group alone',
    posts: [
      [0.5, 'a'],
      [19.5, 'b'],
    ],
    people: PEOPLE,
    policies: DUTY,
    skewsMs: [0, 0],
    effects: () => during(19, 20, 'dispatch', /^get silences/, 3000),
    changes: [{ atMs: 20_000, policies: DUTY, people: CID_ON_DUTY }],
    hears: [],
    hearsBy: {
      'pager@amy': [[1.5, 1.6, 'a firing']],
      'pager@cid': [
        [20, 20.1, 'a firing'],
        [21.5, 36, 'a firing, b firing'],
      ],
    },
  },
  {
    name: 'a worker that begins knows who was called, and who was told before',
    reported: true,
    posts: [
      [0.5, 'a'],
      [40, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('bob'))], stages: [stage('open', 5, pages('amy'))] }),
    effects: () => during(40, 40.05, 'dispatch', /./, 'dies before'),
    hears: [],
    hearsBy: {
      'pager@bob': [
        [1.5, 1.6, 'first notification: a firing'],
        [40, 300, 'new alerts added: a firing, b firing'],
      ],
      'pager@amy': [
        [6.5, 6.6, 'escalated: a firing'],
        [40, 300, 'new alerts added: a firing, b firing'],
      ],
    },
  },
]
