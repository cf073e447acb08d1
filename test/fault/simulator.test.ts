import { describe, expect, test } from 'vitest'
import { violations } from '../sim/check.ts'
import { flowViolations } from '../sim/flows/check.ts'
import { runFlowSeed, runMachineSeed, runRefreshSeed, runSeed } from '../sim/run.ts'
import { SCRIPTS } from '../sim/scripts/all.ts'
import { runScript } from '../sim/scripts.ts'
import { everySingleFault } from '../sim/single.ts'
import type { Outcome } from '../sim/stage.ts'
import { runStorm } from '../sim/storm.ts'

/*
 * The real handlers in a simulated world (`test/sim`). `node test/sim/main.ts --seed N` replays a broken seed and
 * prints every step, with `--flows` of a story of flows; `node test/sim/main.ts --scripts NAME` replays a script.
 */

const FIXED = 250
const CLEAN = 60
const FLOWS = 120
const CLEAN_FLOWS = 60
const REFRESHES = 60
const MACHINES = 80
const CLEAN_REFRESHES = 40
const FRESH = Number(process.env.SEEDS ?? 20)
const firstFresh = 1_000_000 + (Date.now() % 1_000_000_000)
/** Every fourth of the single faults is tried. */
const SINGLES_STEP = 4

/** A kind of stories, and the promises of its runs. */
interface Kind {
  run: (seed: number, clean?: boolean) => Promise<Outcome>
  check: (run: Outcome) => Promise<string[]>
}

const ROUTES: Kind = { run: runSeed, check: violations }
const OF_REFRESHES: Kind = { run: runRefreshSeed, check: violations }
const OF_ONE_MACHINE: Kind = { run: runMachineSeed, check: violations }
const OF_FLOWS: Kind = { run: runFlowSeed, check: flowViolations }

async function broken(from: number, count: number, { run, check }: Kind, clean = false): Promise<string[]> {
  const found: string[] = []
  for (let seed = from; seed < from + count; seed++) {
    for (const violation of await check(await run(seed, clean))) found.push(`seed ${seed}: ${violation}`)
  }
  return found
}

describe('under faults and crashes', { timeout: 600_000 }, () => {
  test(`every accepted alert is told once, or the copies are explained, and the last message is true (${FIXED} seeds)`, async () => {
    expect(await broken(1, FIXED, ROUTES)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, ROUTES)).toEqual([])
  })

  test('the same with a single fault: every fourth effect, in every way', async () => {
    const { runs, found } = await everySingleFault(SINGLES_STEP)
    expect(found).toEqual([])
    expect(runs).toBeGreaterThan(200)
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN} seeds)`, async () => {
    expect(await broken(1, CLEAN, ROUTES, true)).toEqual([])
  })

  test('a seed replays to the last step', async () => {
    const once = await runSeed(52)
    const again = await runSeed(52)
    expect(again.world.trace).toEqual(once.world.trace)
  })
})

describe('with flows', { timeout: 600_000 }, () => {
  test(`whom a flow names is told, and nobody else hears of anything new (${FLOWS} seeds)`, async () => {
    expect(await broken(1, FLOWS, OF_FLOWS)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, OF_FLOWS)).toEqual([])
  })

  test(`without faults a stage calls at its moment (${CLEAN_FLOWS} seeds)`, async () => {
    expect(await broken(1, CLEAN_FLOWS, OF_FLOWS, true)).toEqual([])
  })
})

describe('on one machine that keeps refreshes in memory', { timeout: 600_000 }, () => {
  test(`no alert is told as over before its claimed end, wherever the process dies (${REFRESHES} seeds)`, async () => {
    expect(await broken(1, REFRESHES, OF_REFRESHES)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, OF_REFRESHES)).toEqual([])
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN_REFRESHES} seeds)`, async () => {
    expect(await broken(1, CLEAN_REFRESHES, OF_REFRESHES, true)).toEqual([])
  })
})

describe('on one machine whose process ends and whose commits fail', { timeout: 600_000 }, () => {
  test(`what was answered is told, and nothing is sent that was not claimed (${MACHINES} seeds)`, async () => {
    expect(await broken(1, MACHINES, OF_ONE_MACHINE)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, OF_ONE_MACHINE)).toEqual([])
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN_REFRESHES} seeds)`, async () => {
    expect(await broken(1, CLEAN_REFRESHES, OF_ONE_MACHINE, true)).toEqual([])
  })
})

describe('in a script', () => {
  test.for(SCRIPTS)('$name', async (script) => {
    expect((await runScript(script)).found).toEqual([])
  })
})

describe('150 groups that fire together, and a robot that takes 20 messages a minute', { timeout: 120_000 }, () => {
  test('first news come after 15 s in the median and after a minute at worst', async () => {
    const { found, medianMs, worstMs, requests } = await runStorm(1)
    expect(found).toEqual([])
    expect([medianMs, worstMs].every(Number.isFinite)).toBe(true)
    expect(medianMs).toBeLessThanOrEqual(15_000)
    expect(worstMs).toBeLessThanOrEqual(60_000)
    expect(requests).toBeLessThan(150)
  })

  test.each([1, 2, 3])(
    'nothing is lost and the robot is never asked too often under faults (seed %i)',
    async (seed) => {
      const { found, worstMs } = await runStorm(seed, true)
      expect(found).toEqual([])
      expect(worstMs).toBeLessThan(Number.POSITIVE_INFINITY)
    },
  )
})
