import { DAY } from '../../../shared/base/time.ts'
import { flow, inPeriod, OPS, PEOPLE, pages, SHIFT, stage, step, without, working } from '../flows/words.ts'
import { during, type Script } from '../scripts.ts'

/** Flows: shifts, periods, fallback, and what a person has in hand. */
export const duty: Script[] = [
  {
    name: 'a shift that begins is told',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 1.6, 'a firing']], 'pager@bob': [[67.1, 67.2, 'a firing']] },
  },
  {
    name: 'a call that is tried again after the end of a shift is the same call',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('open', 68, pages('amy')), stage('unclaimed', 69, SHIFT)] }),
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'rejects' : undefined),
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: {
      'pager@amy': [[71.5, 71.6, 'escalated: a firing']],
      'pager@bob': [[70.5, 70.6, 'escalated: a firing']],
    },
  },
  {
    name: 'a shift that begins is not told of what somebody has in hand, and the last one hears the end',
    posts: [
      [0.5, 'a'],
      [30, 'a', { sinceMs: 500 }],
      [200, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    acts: [[10, 'claim', 'amy']],
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [201.5, 201.6, 'a resolved'],
      ],
      'pager@bob': [],
    },
  },
  {
    name: 'an alert that ended and began anew is in the hands of nobody',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [125, '-a'],
      [140, 'a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    acts: [[10, 'claim', 'amy']],
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [131.5, 131.6, 'a resolved, b firing'],
      ],
      'pager@bob': [[141.5, 141.6, 'a firing, b firing']],
    },
  },
  {
    name: 'who was not told because of a claim is told when the incident is given back',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    acts: [
      [10, 'claim', 'amy'],
      [130, 'unclaim', 'amy'],
    ],
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 1.6, 'a firing']], 'pager@bob': [[130, 130.1, 'a firing']] },
  },
  {
    name: 'a handler who was disabled has nothing in hand, and the timer begins anew',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('unclaimed', 20, pages('bob'))] }),
    changes: [
      { atMs: 30_000, policies: flow({ stages: [stage('unclaimed', 20, pages('bob'))] }), people: without('amy') },
    ],
    acts: [[10, 'claim', 'amy']],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@bob': [[50, 50.1, 'escalated: a firing']] },
  },
  {
    name: 'a user who is enabled again is told without a tick',
    posts: [[0.5, 'a']],
    people: without('amy'),
    policies: flow({ steps: [step(OPS, pages('amy'))] }),
    changes: [{ atMs: 45_000, policies: flow({ steps: [step(OPS, pages('amy'))] }), people: PEOPLE }],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@amy': [[45, 45.1, 'a firing']] },
  },
  {
    name: 'who is on duty by the right clock is told when a clock that was far ahead is set back',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    hub: { wrongByMs: 400 * DAY, rightAtMs: 75_000 },
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 1.6, 'a firing']], 'pager@bob': [[75, 75.1, 'a firing']] },
  },
  {
    name: 'an alert of the night is told in the morning',
    posts: [[0.5, 'a']],
    people: working(2, 5),
    policies: inPeriod('worktime'),
    hears: [],
    hearsBy: { 'pager@amy': [[120, 180, 'a firing']] },
  },
  {
    name: 'an end outside of the period is told when the period opens',
    posts: [
      [0.5, 'a'],
      [70, '-a'],
    ],
    people: working(1, 3),
    policies: inPeriod('offtime'),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [180, 240, 'a resolved'],
      ],
    },
  },
  {
    name: 'who is named by two steps is told once, in the period of one of them',
    posts: [[0.5, 'a']],
    people: working(2, 5),
    policies: flow({
      steps: [step(pages('amy', { period: 'worktime' })), step(pages('amy'))],
      calendar: 'office',
    }),
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 1.6, 'a firing']] },
  },
  {
    name: 'a fallback is told when nothing arrives for so long, and hears the end',
    reported: true,
    posts: [
      [0.5, 'a'],
      [90, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 5000, actions: [pages('amy')] } }),
    answers: (sink) => (sink.endsWith('ops') ? 'refuses' : undefined),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [6.5, 12, 'fallback: a firing'],
        [91.5, 91.6, 'a resolved'],
      ],
    },
  },
  {
    name: 'a fallback is told at once when the target refuses for good',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 300_000, actions: [pages('amy')] } }),
    answers: (sink, request) => (sink.endsWith('ops') && request <= 2 ? 'rejects' : undefined),
    hears: [[1.5, 600, 'a firing']],
    hearsBy: { 'pager@amy': [[1.5, 12, 'fallback: a firing']] },
  },
  {
    name: 'a fallback is told of what fires again when the target refused the end for good',
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [20, 'a'],
    ],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 300_000, actions: [pages('amy')] } }),
    answers: (sink, request) => (sink.endsWith('ops') && request === 2 ? 'rejects' : undefined),
    // The refusal is known at the tick of the new firing, and one batch brings both.
    effects: () => {
      const late = during(11, 12, 'notify', /^send 1 to alerts/, 9700)
      const busy = during(21, 21.4, 'dispatch', /^get silences/, 600)
      return (...effect) => late(...effect) ?? busy(...effect)
    },
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@amy': [[21.5, 23, 'fallback: a firing']] },
  },
  {
    name: 'a fallback is not told of what somebody has in hand',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 8000, actions: [pages('amy')] } }),
    answers: (sink) => (sink.endsWith('ops') ? 'refuses' : undefined),
    acts: [[3, 'claim', 'bob']],
    hears: [],
    hearsBy: { 'pager@amy': [] },
  },
]
