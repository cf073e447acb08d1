import { during, type Script, type ScriptPost } from '../scripts.ts'

/** An alert as Prometheus sends it: the same start, and an end so many seconds ahead. */
function claimed(second: number, name: string, claimSeconds: number): ScriptPost {
  return [second, name, { sinceMs: 0, endsAfterMs: claimSeconds * 1000 }]
}

/** Of one machine, which keeps refreshes in memory. Its process dies with the look that an alert `b` causes. */
export const refreshes: Script[] = [
  {
    name: 'an alert whose refreshes are kept fires until the end that was claimed last',
    oneMachine: true,
    posts: [0, 20, 40, 60].map((second) => claimed(second, 'a', 100)),
    hears: [
      [1, 2, 'a firing'],
      [160, 172, 'a resolved'],
    ],
  },
  {
    name: 'an alert whose refreshes were lost with the process ends late, and not early',
    oneMachine: true,
    posts: [claimed(0, 'a', 400), claimed(100, 'a', 400), [105, 'b', { group: 'h' }]],
    effects: () => during(105, 106, 'dispatch', /^put head/, 'dies after'),
    hears: [
      [1, 2, 'a firing'],
      [106, 250, 'b firing'],
      [500, 532, 'a resolved'],
    ],
  },
  {
    name: 'a refresh that moves the stored end too far is stored before the process dies',
    oneMachine: true,
    posts: [...[0, 100, 190, 280].map((second) => claimed(second, 'a', 400)), [285, 'b', { group: 'h' }]],
    effects: () => during(285, 286, 'dispatch', /^put head/, 'dies after'),
    hears: [
      [1, 2, 'a firing'],
      [286, 480, 'b firing'],
      [680, 732, 'a resolved'],
    ],
  },
  {
    name: 'an end that was given is told in time after the process died',
    oneMachine: true,
    posts: [claimed(0, 'a', 300), [13, '-a', { sinceMs: 0 }]],
    effects: () => during(13, 15, 'dispatch', /^put head/, 'dies after'),
    hears: [
      [1, 2, 'a firing'],
      [13, 130, 'a resolved'],
    ],
  },
  {
    name: 'an alert that fires anew since the same start is told, and is no refresh',
    oneMachine: true,
    posts: [claimed(0, 'a', 300), [12, '-a', { sinceMs: 0 }], claimed(45, 'a', 300), [60, '-a', { sinceMs: 0 }]],
    hears: [
      [1, 2, 'a firing'],
      [12, 23, 'a resolved'],
      [45, 57, 'a firing'],
      [60, 73, 'a resolved'],
    ],
  },
  {
    name: 'a refresh that is kept while its group is saved is not lost',
    oneMachine: true,
    posts: [claimed(0, 'a', 100), [20, 'b'], claimed(21, 'a', 100), [40, '-b']],
    effects: () => during(20, 21, 'dispatch', /^put head/, 3000),
    hears: [
      [1, 2, 'a firing'],
      [20, 34, 'a firing, b firing'],
      [40, 52, 'a firing, b resolved'],
      [121, 133, 'a resolved'],
    ],
  },
  {
    name: 'a source of inhibition that is refreshed inhibits until the end that was claimed last',
    oneMachine: true,
    inhibits: true,
    posts: [claimed(0, 'a', 100), [1, 'b'], claimed(30, 'a', 100), [150, '-b']],
    hears: [
      [1, 3, 'a firing'],
      [130, 143, 'a resolved, b firing'],
      [150, 163, 'b resolved'],
    ],
  },
  {
    name: 'an alert that a change moves keeps the refreshes from before and after the change',
    oneMachine: true,
    posts: [claimed(0, 'a', 100), claimed(20, 'a', 100), claimed(40, 'a', 100)],
    changes: [{ atMs: 30_000, policies: [{ groupBy: [] }] }],
    hears: [
      [1, 2, 'a firing'],
      [140, 153, 'a resolved'],
    ],
  },
]
