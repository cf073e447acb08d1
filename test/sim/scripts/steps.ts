import { calendar } from '../flows/story.ts'
import { flow, inPeriod, OPS, PEOPLE, pages, step, when, working } from '../flows/words.ts'
import type { Script } from '../scripts.ts'

/** Flows: which steps hold, and what a target hears that a step names, names no longer, and names again. */
export const steps: Script[] = [
  {
    name: 'a step over all alerts holds when no other alert fires',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('all', 'b', pages('amy'))] }),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'a resolved, b firing'],
    ],
    hearsBy: { 'pager@amy': [[21.5, 21.6, 'b firing']] },
  },
  {
    name: 'a step with an end hides the steps after it while it holds',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [{ ...when('any', 'b', pages('amy')), end: true }, step(pages('bob'))] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
      ],
      'pager@bob': [[21.5, 21.6, 'a firing']],
    },
  },
  {
    name: 'an action outside of its period takes nothing from an action before it',
    posts: [[0.5, 'a']],
    people: working(2, 5),
    policies: flow({
      steps: [step(pages('amy')), step(pages('amy', { period: 'worktime' }))],
      calendar: 'office',
    }),
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 1.6, 'a firing']] },
  },
  {
    name: 'ends are told as the first action says that names the person',
    posts: [
      [0.5, 'a'],
      [20, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy')), step(pages('amy', { sendResolved: false }))] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [21.5, 21.6, 'a resolved'],
      ],
    },
  },
  {
    name: 'an alert that is over names nobody, and who hears its end hears nothing new beside it',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [20.5, 'c'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b resolved, c firing'],
    ],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
      ],
    },
  },
  {
    name: 'who is named no longer is not tried again',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [1.6, '-b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [11.5, 11.6, 'a firing, b resolved'],
    ],
    hearsBy: { 'pager@amy': [] },
  },
  {
    name: 'whom a silenced alert names is not tried again before the silence ends',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    silences: [[1.55, 30, 'b']],
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'refuses' : undefined),
    hears: [[1.5, 1.6, 'a firing, b firing']],
    hearsBy: { 'pager@amy': [[30, 41.6, 'a firing, b firing']] },
  },
  {
    name: 'who is named no longer hears the end of what was perhaps told, and never surely',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [1.6, '-b'],
      [60, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [11.5, 11.6, 'a firing, b resolved'],
      [61.5, 61.6, 'a resolved'],
    ],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [1.6, 12, 'a firing, b resolved'],
        [61.5, 61.6, 'a resolved'],
      ],
    },
  },
  {
    name: 'who is named again is told repeats, and was told none meanwhile',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [200, 'b'],
    ],
    people: PEOPLE,
    policies: repeating(flow({ steps: [when('any', 'b', pages('amy'))] })),
    acts: [[265, 'claim', 'bob']],
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
        [201.5, 201.6, 'a firing, b firing'],
        [251.5, 261.6, 'repeat interval elapsed: a firing, b firing'],
      ],
    },
  },
  {
    name: 'who is named no longer is waited for no more',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
    ],
    people: PEOPLE,
    policies: repeating(flow({ steps: [when('any', 'b', pages('amy'))] })),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
      ],
    },
  },
  {
    name: 'that nobody is told is said once an incident, and the account hears of it',
    posts: [
      [0.5, 'a'],
      [20, 'c'],
    ],
    people: PEOPLE,
    policies: [
      ...flow({ steps: [when('any', 'b', pages('amy'))] }).map((policy) => ({
        ...policy,
        match: [{ name: 'group', op: '!=' as const, value: '' }],
      })),
      { id: 'own', match: [{ name: 'alertname', op: '=', value: 'TocsinNobodyTold' }] },
    ],
    hearsOfItself: [1.5, 4],
    notes: ['not-told undefined nobody'],
    hears: [],
    hearsBy: { 'pager@amy': [] },
  },
  {
    name: 'an end is not told when the next period opens days later',
    posts: [
      [0.5, 'a'],
      [70, '-a'],
    ],
    people: { ...PEOPLE, calendars: [{ ...calendar(0, 1), workdays: ['monday:monday'] }] },
    policies: inPeriod('worktime'),
    notes: ['not-told pager@amy period-too-far'],
    hears: [],
    hearsBy: { 'pager@amy': [[7.1, 7.2, 'a firing']] },
  },
  {
    name: 'an end that is not sent is known, and the alert is told when it fires anew',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [40, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [when('any', 'b', pages('amy', { sendResolved: false }))] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [41.5, 41.6, 'a firing, b firing'],
      ],
    },
  },
  {
    name: 'an end that is not sent makes no doubt sure',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [90, '-b'],
    ],
    people: working(1, 3),
    policies: inPeriod('offtime', { sendResolved: false }),
    answers: (sink, request, _id, second) => {
      if (!sink.endsWith('amy') || second > 180) return undefined
      return request === 1 ? 'loses its answer' : 'refuses'
    },
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [187, 248, 'a firing'],
      ],
    },
  },
]

/** A minute after a message a repeat is due. */
function repeating(policies: Script['policies']): Script['policies'] {
  return policies?.map((policy) => ({ ...policy, repeatIntervalMs: 50_000 }))
}
