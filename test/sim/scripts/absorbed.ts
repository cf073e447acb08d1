import { nth, type Script, type ScriptPost } from '../scripts.ts'
import type { Post } from '../story.ts'

/** An alert as Prometheus sends it: the same start, an end so many seconds ahead, and the container that gets it. */
function claimed(second: number, name: string, claimSeconds: number, more: Partial<Post> = {}): ScriptPost {
  return [second, name, { sinceMs: 0, endsAfterMs: claimSeconds * 1000, container: 0, ...more }]
}

/** An end that the sender gives, by another container. */
function ends(second: number, name: string, container = 1): ScriptPost {
  return [second, `-${name}`, { sinceMs: 0, container }]
}

/** Of AWS, where containers of ingest absorb refreshes. */
export const absorbed: Script[] = [
  {
    name: 'an alert whose refreshes are absorbed fires until an end that its sender claimed',
    containers: 1,
    posts: [0, 20, 45, 65, 80].map((second) => claimed(second, 'a', 100)),
    hears: [
      [1, 2, 'a firing'],
      [145, 157, 'a resolved'],
    ],
  },
  {
    name: 'an end that is given is told at once, whichever containers had the refreshes',
    containers: 2,
    posts: [
      ...[claimed(0, 'a', 300), claimed(20, 'a', 300), ends(30, 'a')],
      ...[claimed(60, 'a', 300, { sinceMs: 60_000 }), [80, '-a', { sinceMs: 60_000, container: 0 }] as ScriptPost],
    ],
    hears: [
      [1, 2, 'a firing'],
      [30, 42, 'a resolved'],
      [60, 72, 'a firing'],
      [80, 92, 'a resolved'],
    ],
  },
  {
    name: 'an alert that begins anew after an end through another container is told',
    containers: 2,
    posts: [claimed(0, 'a', 300), ends(20, 'a'), claimed(45, 'a', 300, { sinceMs: 45_000 }), ends(70, 'a')],
    hears: [
      [1, 2, 'a firing'],
      [20, 32, 'a resolved'],
      [45, 57, 'a firing'],
      [70, 82, 'a resolved'],
    ],
  },
  {
    name: 'an alert that begins anew with the start of before is told after an end through the same container',
    containers: 1,
    posts: [claimed(0, 'a', 300), ends(20, 'a', 0), claimed(45, 'a', 300), ends(70, 'a', 0)],
    hears: [
      [1, 2, 'a firing'],
      [20, 32, 'a resolved'],
      [45, 57, 'a firing'],
      [70, 82, 'a resolved'],
    ],
  },
  {
    name: 'an alert that the queue did not take is told',
    containers: 1,
    posts: [claimed(0, 'a', 300), ends(20, 'a', 0)],
    effects: nth('ingest', /^send/, 1, 'fails'),
    hears: [
      [1, 3, 'a firing'],
      [20, 33, 'a resolved'],
    ],
  },
  {
    name: 'an alert whose sender repeats it less often from now on fires on',
    containers: 1,
    posts: [claimed(0, 'a', 100), claimed(20, 'a', 600), ends(400, 'a', 0)],
    hears: [
      [1, 2, 'a firing'],
      [400, 412, 'a resolved'],
    ],
  },
  {
    name: 'a container that stood still for ten minutes absorbs nothing',
    containers: 2,
    posts: [claimed(0, 'a', 2000), ends(20, 'a'), claimed(620, 'a', 2000), ends(650, 'a')],
    stormMs: 900_000,
    hears: [
      [1, 2, 'a firing'],
      [20, 32, 'a resolved'],
      [620, 632, 'a firing'],
      [650, 662, 'a resolved'],
    ],
  },
]
