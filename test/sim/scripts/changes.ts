import { during, type Script } from '../scripts.ts'

/** Alerts that a change of the configuration moves to other groups. */
export const changes: Script[] = [
  {
    name: 'who was told is not told again by the next group',
    posts: [
      [0.5, 'a'],
      [60, '-a'],
    ],
    changed: { atMs: 30_000, policies: [{ groupBy: [] }] },
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
    changed: { atMs: 3000, policies: [{ groupBy: [] }] },
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
    changed: { atMs: 3000, policies: [{ groupBy: [] }] },
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
    changed: { atMs: 20_000, policies: [{ groupBy: [] }] },
    effects: () => during(20, 22, 'dispatch', /^send \d to alerts/, 'takes none'),
    hears: [
      [1.5, 1.6, 'a firing'],
      [30, 42, 'a firing, b firing'],
      [60, 72, 'a resolved, b firing'],
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
    changed: { atMs: 24_000, policies: [{ groupBy: [] }] },
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
    changed: { atMs: 20_000, policies: [{ groupBy: [] }] },
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
    changed: { atMs: 12_100, policies: [{ id: 'other', routeKey: '{}/{other}' }] },
    hears: [
      [1.5, 1.6, 'a firing'],
      [12.1, 30, 'a firing, b firing'],
    ],
  },
]
