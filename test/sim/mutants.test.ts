import { afterAll, describe, expect, test } from 'vitest'
import { MUTANTS } from './mutants.ts'
import { searchMutant, tryMutant } from './mutate.ts'
import { removeCopies } from './plant.ts'

/*
 * A simulator that notices no planted bug proves nothing. Each bug runs in a copy of the tree, against its recorded
 * script or seed; with MUTANTS=full against every script, 60 clean seeds and 300 seeds.
 */
const FULL = process.env.MUTANTS === 'full'

describe('the simulator notices', FULL ? { timeout: 3_600_000 } : {}, () => {
  afterAll(removeCopies)

  // A name in the place of `$name` would be cut after 40 characters, and `-t` would not find it.
  test.concurrent.for(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s', async ([, mutant]) => {
    if (FULL) return expect(await searchMutant(mutant, true)).not.toEqual([])
    const { caught, said } = await tryMutant(mutant)
    const advice = `not by ${JSON.stringify(mutant.by)}; what does says node test/sim/mutate.ts "${mutant.name}"`
    expect(caught, `${advice}\n${said}`).toBe(true)
  })
})
