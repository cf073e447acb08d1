import { during, type Script } from '../scripts.ts'

const THERE_AND_BACK: Script['changes'] = [
  { atMs: 20_000, policies: [{ id: 'other', routeKey: '{}/{other}' }] },
  { atMs: 40_000, policies: [{}] },
]

/** Receivers that keep incidents of their own: claims, and ends by the id of the incident. */
export const keptIncidents: Script[] = [
  {
    name: 'a claim is told at once, and once',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [35, 'b'],
      [60, '-a'],
      [61, '-b'],
    ],
    claims: [15, 52],
    hears: [
      [1.5, 1.6, 'a firing'],
      [15, 15.1, 'a firing'],
      [41.5, 41.6, 'a firing, b firing'],
      [61.5, 61.6, 'a resolved, b resolved'],
    ],
  },
  {
    name: 'a claim follows the news that was on its way',
    keepsIncidents: true,
    posts: [[0.5, 'a']],
    claims: [1.6],
    answers: (_, request) => (request === 1 ? 'refuses' : undefined),
    hears: [
      [1.7, 4, 'a firing'],
      [1.7, 4, 'a firing'],
    ],
  },
  {
    name: 'a claim that was not told is told after its next attempt',
    keepsIncidents: true,
    posts: [[0.5, 'a']],
    claims: [3],
    answers: (_, request) => (request === 2 ? 'refuses' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3.1, 6, 'a firing'],
    ],
  },
  {
    name: 'a claim whose fate is unknown is told again',
    keepsIncidents: true,
    posts: [[0.5, 'a']],
    claims: [3],
    answers: (_, request) => (request === 2 ? 'loses its answer' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [3, 3.1, 'a firing'],
      [3.1, 6, 'a firing'],
    ],
  },
  {
    name: 'an end that did not come before the next incident opened is told with it',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [22, 'b'],
    ],
    // The end is refused while its flush lasts, and the next attempts are minutes apart.
    answers: (_, request) => (request >= 2 && request <= 6 ? 'rejects' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [61.5, 61.6, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an incident of an attempt of unknown fate is ended when the next opens',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [2, '-a'],
      [22, 'b'],
    ],
    answers: (_, request) => (request === 1 ? 'loses its answer' : request <= 6 ? 'rejects' : undefined),
    hears: [
      [1.5, 1.6, 'a firing'],
      [51.5, 51.6, 'a resolved, b firing'],
    ],
  },
  {
    name: 'an incident of before that comes back late is ended with the next message',
    keepsIncidents: true,
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [45, 'a', { sinceMs: 500 }],
      [90, '-a', { sinceMs: 500 }],
    ],
    skewsMs: [0, 0],
    // The group is born again, and the first message is out when the old knowledge comes back.
    effects: () => (worker, effect, at) =>
      during(40, 41, 'dispatch-0', /^get silences/, 20_000)(worker, effect, at) ??
      during(45, 46, 'notify', /^get config/, 30_000)(worker, effect, at),
    changes: THERE_AND_BACK,
    hears: [
      [1.5, 1.6, 'a firing'],
      [75, 76, 'a firing'],
      [90, 105, 'a resolved'],
    ],
  },
  {
    name: 'an incident of before that comes back after the end was told is ended',
    reported: true,
    keepsIncidents: true,
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [45, 'a', { sinceMs: 500 }],
      [50, '-a', { sinceMs: 500 }],
    ],
    skewsMs: [0, 0],
    effects: () => during(40, 41, 'dispatch-0', /^get silences/, 30_000),
    changes: THERE_AND_BACK,
    hears: [
      [1.5, 1.6, 'a firing'],
      [45, 47, 'a firing'],
      [50, 60, 'a resolved'],
      [70, 85, 'a resolved'],
    ],
  },
  {
    name: 'an incident of before that comes back while the end is out is ended once',
    reported: true,
    keepsIncidents: true,
    posts: [
      [0.5, 'a', { sinceMs: 500 }],
      [45, 'a', { sinceMs: 500 }],
      [50, '-a', { sinceMs: 500 }],
    ],
    skewsMs: [0, 0],
    // The knowledge comes once more after the worker has died.
    effects: () => (worker, effect, at) =>
      during(40, 41, 'dispatch-0', /^get silences/, 30_000)(worker, effect, at) ??
      during(55, 56, 'notify', /^get config/, 20_000)(worker, effect, at) ??
      during(70, 71, 'dispatch-0', /^put head/, 'dies after')(worker, effect, at),
    changes: THERE_AND_BACK,
    hears: [
      [1.5, 1.6, 'a firing'],
      [45, 47, 'a firing'],
      [75, 76, 'a resolved'],
      [75, 76, 'a resolved'],
    ],
  },
  {
    name: 'an end under an earlier key ends its own incident, and not the open one of that key',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [0.6, 'b'],
      [25, '-a'],
      [50, 'a'],
      [60, '-b'],
    ],
    changes: [
      {
        atMs: 20_000,
        policies: [
          { match: [{ name: 'name', op: '=', value: 'a' }] },
          { id: 'other', routeKey: '{}/{other}', match: [{ name: 'name', op: '=', value: 'b' }] },
        ],
      },
    ],
    hears: [
      [1.5, 1.6, 'a firing, b firing'],
      [20, 20.1, 'b firing'],
      [30, 30.1, 'a resolved'],
      [51, 51.1, 'a firing'],
      [61.6, 61.7, 'b resolved'],
      [61.6, 61.7, 'b resolved'],
    ],
  },
  {
    name: 'an incident that was on its way through two changes is ended',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    // The first message takes half a minute, and the alert leaves the group and comes back meanwhile.
    effects: () => during(1, 2, 'notify', /^get config/, 30_000),
    changes: [
      { atMs: 5_000, policies: [{ groupBy: [] }] },
      { atMs: 15_000, policies: [{}] },
    ],
    hears: [
      [31.5, 31.6, 'a firing'],
      [121.5, 121.6, 'a resolved'],
    ],
  },
  {
    name: 'an end under an earlier key ends the incident of before that was told there',
    keepsIncidents: true,
    posts: [
      [0.5, 'a'],
      [5, '-a'],
      [22, 'a'],
      [90, '-a'],
    ],
    // The end is refused, the alert begins again under the next incident, and the group changes before an attempt arrives.
    answers: (_, request) => (request >= 2 && request <= 6 ? 'rejects' : undefined),
    changes: [{ atMs: 40_000, policies: [{ id: 'other', routeKey: '{}/{other}' }] }],
    hears: [
      [1.5, 1.6, 'a firing'],
      [91, 125, 'a resolved'],
    ],
  },
]
