import { afterAll, describe, expect, test } from 'vitest'
import { removeCopies } from '../plant.ts'
import { brokenPromises } from './check.ts'
import { CHAIN_MUTANTS } from './mutants.ts'
import { caughtBy } from './mutate.ts'
import { runChain, runChainStory } from './run.ts'
import { CHAIN_SCRIPTS } from './scripts.ts'

/*
 * Audit records, rules, forwarding between three installations and events to a bus: the real handlers in a simulated
 * world (`test/sim/chain`). `node test/sim/chain/main.ts --seed N` replays a broken seed and prints every step.
 */

const FIXED = 80
const FRESH = Math.ceil(Number(process.env.SEEDS ?? 40) / 2)
const firstFresh = 1_000_000 + (Date.now() % 1_000_000_000)

async function broken(from: number, count: number, clean = false): Promise<string[]> {
  const found: string[] = []
  for (let seed = from; seed < from + count; seed++) {
    for (const promise of brokenPromises(await runChain(seed, clean))) found.push(`seed ${seed}: ${promise}`)
  }
  return found
}

describe('under faults on the way of a record', () => {
  test.concurrent(`rules raise an alert for every match, forwards arrive, and a bus gets every event (${FIXED} seeds)`, async () => {
    expect(await broken(1, FIXED)).toEqual([])
  })

  test.concurrent(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH)).toEqual([])
  })

  test.concurrent('the same without faults except a bus that is away: every message comes once', async () => {
    expect(await broken(1, 20, true)).toEqual([])
  })

  test('workers that write one window at the same time lose no event', async () => {
    for (const seed of [1, 2]) expect(brokenPromises(await runChainStory(seed, CHAIN_SCRIPTS.race(seed)))).toEqual([])
  })

  test('the timeline says of an alert that ended before it could be forwarded that nobody heard of it', async () => {
    const run = await runChainStory(1, CHAIN_SCRIPTS.recovered(1))
    expect(brokenPromises(run)).toEqual([])
  })

  test('a seed replays to the last step', async () => {
    const once = await runChain(15)
    const again = await runChain(15)
    expect(again.world.trace).toEqual(once.world.trace)
  })
})

/**
 * Each bug is planted in a copy of the tree, and its recorded seed, or one of the next seeds, has to notice the bug.
 */
describe('the chain notices', () => {
  afterAll(removeCopies)

  // A name in the place of `$name` would be cut after 40 characters, and `-t` would not find it.
  test.concurrent.for(CHAIN_MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s', async ([, mutant]) => {
    expect(await caughtBy(mutant)).toContain('seed ')
  })
})
