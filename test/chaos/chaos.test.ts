import { afterAll, describe, expect, test } from 'vitest'
import { removeCopies } from '../sim/plant.ts'
import { AWS_MUTANTS } from './mutants.ts'
import { caughtBy, runHere } from './mutate.ts'

/*
 * The deployed bundles over the emulators, with faults on every connection (`test/chaos`). `node
 * test/chaos/main.ts --seed N --bundles` repeats a broken seed; `--seeds N` runs many seeds.
 */

const SEED = 5
const ALERTS = 2000
const LEAST_FAULTS = 200

describe('under faults between the functions and AWS', { timeout: 600_000 }, () => {
  test(`every accepted alert is told in its last state, and every copy is explained (${ALERTS} alerts)`, async () => {
    const said = await runHere(['--seed', String(SEED), '--alerts', String(ALERTS), '--bundles'])
    expect(said, said).toContain('1 seeds, 0 broken')
    expect(Number(/(\d+) faults/.exec(said)?.[1]), said).toBeGreaterThan(LEAST_FAULTS)
  })

  test('without faults, no message comes twice and nothing is in doubt', async () => {
    const said = await runHere(['--seed', '1', '--alerts', '60', '--clean'])
    expect(said, said).toContain('1 seeds, 0 broken')
  })
})

/** Each bug is planted in a copy of the tree, and the run of the copy has to break. */
describe('the run notices', { timeout: 600_000 }, () => {
  afterAll(removeCopies)

  // A name in the place of `$name` would be cut after 40 characters, and `-t` would not find it.
  test.concurrent.for(AWS_MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s', async ([, mutant]) => {
    expect(await caughtBy(mutant)).toContain('seed 1 broke')
  })
})
