import type { Script } from '../scripts.ts'

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
]
