import { MINUTE } from '../../shared/base/time.ts'
import { violations } from './check.ts'
import type { Fate } from './process.ts'
import { runStory } from './run.ts'
import { type Script, storyOf } from './scripts.ts'

/*
 * A single fault, at every effect there is: for each place of a story and each way to fail, a run in which only the
 * effect at that place goes wrong. Chance may miss a gap between two effects; the search over the places cannot.
 */

const WAYS: Fate[] = [
  'fails',
  'loses its answer',
  'dies before',
  'dies after',
  'stands still after',
  'takes none',
  'sends twice',
  4000,
]

/** Ticks, a retry, a lost answer, resolves, another episode, a change that moves alerts. */
const STORY: Omit<Script, 'name' | 'hears'> = {
  posts: [
    [0.5, 'a'],
    [3, 'b'],
    [13, '-a'],
    [14, 'a'],
    [33, '-b'],
    [41, '-a'],
  ],
  skewsMs: [0, 0],
  answers: (_, request) => (request === 2 ? 'refuses' : request === 4 ? 'loses its answer' : undefined),
  changes: [{ atMs: 25_000, policies: [{ groupBy: [] }] }],
  stormMs: MINUTE,
  soonestCalmMs: 10 * MINUTE,
}

/** Broken promises, by the effect and its way to fail; and the number of runs: each `step`-th of all. */
export async function everySingleFault(step = 1): Promise<{ runs: number; found: string[] }> {
  const found: string[] = []
  let runs = 0
  for (const [index, way] of WAYS.entries()) {
    for (let place = 1 + (index % step); ; place += step) {
      let count = 0
      let hit = ''
      const effects = (): ((worker: string, effect: string) => Fate) => (worker, effect) => {
        count++
        if (count !== place) return undefined
        hit = `${worker}, ${effect}`
        return way
      }
      const run = await runStory(1, storyOf({ ...STORY, effects }))
      if (hit === '') break
      runs++
      for (const violation of await violations(run)) found.push(`${way} at ${place} (${hit}): ${violation}`)
    }
  }
  return { runs, found }
}
