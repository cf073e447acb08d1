import { flow, OPS, PEOPLE, pages, SHIFT, step, without } from '../flows/words.ts'
import type { Script } from '../scripts.ts'

/** `ops` refuses from one second until another. */
function refuses(from: number, until: number): Script['answers'] {
  return (sink, _request, _id, second) =>
    sink.endsWith('ops') && second >= from && second < until ? 'refuses' : undefined
}

const FALLBACK = flow({ fallback: { afterMs: 5000, actions: [pages('amy')] } })

/** Flows: a fallback, changed people, and targets that fail. */
export const fallback: Script[] = [
  {
    name: 'a fallback is not told of what a target knows and somebody has in hand',
    posts: [
      [0.5, 'a'],
      [5, 'b'],
    ],
    people: PEOPLE,
    policies: FALLBACK,
    answers: refuses(11, 25),
    acts: [[12.2, 'claim', 'bob']],
    hears: [
      [1.5, 1.6, 'a firing'],
      [25, 400, 'a firing, b firing'],
    ],
    hearsBy: { 'pager@amy': [] },
  },
  {
    name: 'a fallback is told at its moment, between two attempts',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 20_000, actions: [pages('amy')] } }),
    answers: refuses(1, 22),
    hears: [[22, 300, 'a firing']],
    hearsBy: { 'pager@amy': [[21.5, 21.7, 'fallback: a firing']] },
  },
  {
    name: 'a fallback is told at once when the target is paused',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ fallback: { afterMs: 300_000, actions: [pages('amy')] } }),
    answers: (sink, request) => (sink.endsWith('ops') && request === 1 ? 'is gone' : undefined),
    hears: [],
    hearsBy: { 'pager@amy': [[1.5, 12, 'fallback: a firing']] },
  },
  {
    name: 'the time of a fallback does not run through a silence',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: FALLBACK,
    silences: [[2, 60, 'a']],
    answers: refuses(1, 3),
    hears: [[60, 72, 'a firing']],
    hearsBy: { 'pager@amy': [] },
  },
  {
    name: 'a fallback hears nothing new when the target is well again',
    posts: [
      [0.5, 'a'],
      [300, 'b'],
      [400, '-a'],
    ],
    people: PEOPLE,
    policies: FALLBACK,
    answers: refuses(1, 20),
    hears: [
      [20, 299, 'a firing'],
      [301.5, 301.6, 'a firing, b firing'],
      [401.5, 401.6, 'a resolved, b firing'],
    ],
    hearsBy: {
      'pager@amy': [
        [6.5, 12, 'fallback: a firing'],
        [401.5, 401.6, 'a resolved'],
      ],
    },
  },
  {
    name: 'a fallback that waits for its next attempt is not told when its user was disabled',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: FALLBACK,
    changes: [{ atMs: 8000, policies: FALLBACK, people: without('amy') }],
    answers: (sink, _request, _id, second) => (second < 30 && !sink.endsWith('bob') ? 'refuses' : undefined),
    hears: [[30, 600, 'a firing']],
    hearsBy: { 'pager@amy': [] },
  },
  {
    name: 'a fallback through another channel takes the place of a channel that was removed',
    posts: [[0.5, 'a']],
    people: PEOPLE,
    policies: flow({ steps: [step(pages('amy'))], fallback: { afterMs: 5000, actions: [pages('bob')] } }),
    changes: [
      {
        atMs: 10_000,
        policies: flow({ steps: [step(OPS)], fallback: { afterMs: 5000, actions: [OPS] } }),
        without: 'pager',
      },
    ],
    answers: (sink) => (sink.endsWith('amy') ? 'refuses' : undefined),
    hears: [[10, 22, 'a firing']],
    hearsBy: { 'pager@amy': [], 'pager@bob': [[6.5, 9.9, 'fallback: a firing']] },
  },
  {
    name: 'a shift that begins between two ticks is told at its moment',
    posts: [
      [0.5, 'a'],
      [60, 'b'],
    ],
    people: PEOPLE,
    policies: flow({ steps: [step(SHIFT)] }),
    hears: [],
    hearsBy: {
      'pager@amy': [
        [1.5, 1.6, 'a firing'],
        [61.5, 61.6, 'a firing, b firing'],
      ],
      'pager@bob': [[67.1, 67.2, 'a firing, b firing']],
    },
  },
]
