import { flow, OPS, PEOPLE, pages, stage, step, when } from '../flows/words.ts'
import type { Script } from '../scripts.ts'

/** Flows: conditions and stages, and who is named no longer. */
export const flows: Script[] = [
  {
    name: 'a stage calls at its moment, between two ticks',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('unclaimed', 4, pages('amy'))] }),
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@amy': [[5.5, 5.6, 'escalated: a firing']] },
  },
  {
    name: 'who was called is called again when the incident is given back',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('unclaimed', 5, pages('amy'))] }),
    acts: [
      [8, 'claim'],
      [20, 'unclaim'],
    ],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: {
      'pager@amy': [
        [6.5, 6.6, 'escalated: a firing'],
        [25, 25.1, 'escalated: a firing'],
      ],
    },
  },
  {
    name: 'whom the primary flow told is called by a stage',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy'))], stages: [stage('unclaimed', 5, pages('amy'))] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'first notification: a firing'],
        [6.5, 6.6, 'escalated: a firing'],
      ],
    },
  },
  {
    name: 'what was sent before the moment of a stage, and may be heard, is no call',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy'))], stages: [stage('open', 60, pages('amy'))] }),
    answers: (sink, request, _id, second) => {
      if (!sink.endsWith('amy') || second > 60) return undefined
      return request === 1 ? 'loses its answer' : 'refuses'
    },
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'first notification: a firing'],
        [61.5, 200, 'escalated: a firing'],
      ],
    },
  },
  {
    name: 'an unclaim when nobody has the incident changes no timer',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('unclaimed', 20, pages('amy'))] }),
    acts: [[10, 'unclaim']],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@amy': [[21.5, 21.6, 'escalated: a firing']] },
  },
  {
    name: 'a claim by who has the incident already renews no timer',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('claimed', 20, pages('bob'))] }),
    acts: [
      [5, 'claim', 'amy'],
      [15, 'claim', 'amy'],
    ],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@bob': [[25, 25.1, 'escalated: a firing']] },
  },
  {
    name: 'a reopened incident begins its moments anew',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('open', 20, pages('amy'))] }),
    acts: [
      [10, 'close'],
      [40, 'reopen'],
    ],
    hears: [
      [1.5, 1.6, 'a firing'],
      [10, 10.1, 'a resolved'],
      [40, 40.1, 'a firing'],
    ],
    hearsBy: { 'pager@amy': [[60, 60.1, 'escalated: a firing']] },
  },
  {
    name: 'a silence over an open incident does not end in a call at once',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ stages: [stage('open', 20, pages('amy'))] }),
    silences: [[5, 60, 'a']],
    hears: [[1.5, 1.6, 'a firing']],
    hearsBy: { 'pager@amy': [[81.5, 81.6, 'escalated: a firing']] },
  },
  {
    name: 'who is named no longer hears the end of what was told, and nothing new',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [40, 'c'],
      [60, '-a'],
      [60, '-c'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b resolved'],
      [41.5, 41.6, 'a firing, c firing'],
      [61.5, 61.6, 'a resolved, c resolved'],
    ],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
        [61.5, 61.6, 'a resolved'],
      ],
    },
  },
  {
    name: 'who is named again hears what is new meanwhile',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [40, 'c'],
      [60, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [when('any', 'b', pages('amy'))] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
        [61.5, 61.6, 'a firing, b firing, c firing'],
      ],
    },
  },
  {
    name: 'who is named no longer hears the end of a delivery of unknown fate',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
      [60, '-a'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    answers: (sink, request) => (sink.endsWith('amy') && request === 1 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b resolved'],
      [61.5, 61.6, 'a resolved'],
    ],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [1.5, 200, 'a firing, b firing'],
        [20, 400, 'a firing, b resolved'],
        [60, 400, 'a resolved'],
      ],
    },
  },
  {
    name: 'who was told and is named no longer hears that a person closed the incident',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [20, '-b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'b', pages('amy'))] }),
    acts: [[35, 'close']],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 21.6, 'a firing, b resolved'],
      [35, 35.1, 'a resolved'],
    ],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing, b firing'],
        [21.5, 21.6, 'a firing, b resolved'],
        [35, 35.1, 'a resolved'],
      ],
    },
  },
  {
    name: 'an end that is kept for somebody else is no news',
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [8, '-a'],
      [18, 'c'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(OPS), when('any', 'c', pages('amy'))] }),
    answers: (sink, _request, _id, second) =>
      sink.endsWith('ops') && second > 11 && second < 22 ? 'refuses' : undefined,
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [21.5, 400, 'a resolved, b firing, c firing'],
    ],
    hearsBy: { 'pager@amy': [[21.5, 21.6, 'b firing, c firing']] },
  },
]
