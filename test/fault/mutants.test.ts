import { describe, expect, test } from 'vitest'
import { MUTANTS } from '../sim/mutants.ts'
import { tryMutant } from '../sim/mutate.ts'

/** A simulator that notices no planted bug proves nothing. Each runs in a copy of the tree. */
describe('the simulator notices', { timeout: 300_000 }, () => {
  test.concurrent.for(MUTANTS)('$name', async (mutant) => {
    const { caught, by } = await tryMutant(mutant, 300)
    expect(caught, by).toBe(true)
  })
})
