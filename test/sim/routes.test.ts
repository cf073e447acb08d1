import { describe, expect, test } from 'vitest'
import { broken, FRESH, firstFresh, KINDS } from './kinds.ts'
import { runSeed } from './run.ts'
import { everySingleFault } from './single.ts'

/*
 * The real handlers in a simulated world. `node test/sim/main.ts --seed N` replays a broken seed and prints every step.
 */

const FIXED = 250
const CLEAN = 60
/** Every fourth of the single faults is tried. */
const SINGLES_STEP = 4

describe('under faults and crashes', () => {
  test(`every accepted alert is told once, or the copies are explained, and the last message is true (${FIXED} seeds)`, async () => {
    expect(await broken(1, FIXED, KINDS.routes)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, KINDS.routes)).toEqual([])
  })

  test('the same with a single fault: every fourth effect, in every way', async () => {
    const { runs, found } = await everySingleFault(SINGLES_STEP)
    expect(found).toEqual([])
    expect(runs).toBeGreaterThan(200)
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN} seeds)`, async () => {
    expect(await broken(1, CLEAN, KINDS.routes, true)).toEqual([])
  })

  test('a seed replays to the last step', async () => {
    const once = await runSeed(52)
    const again = await runSeed(52)
    expect(again.world.trace).toEqual(once.world.trace)
  })
})
