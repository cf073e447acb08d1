import { violations } from './check.ts'
import { flowViolations } from './flows/check.ts'
import { runAbsorbedSeed, runFlowSeed, runMachineSeed, runRefreshSeed, runSeed } from './run.ts'
import type { Outcome } from './stage.ts'

/** A kind of stories, and the promises of its runs. */
export interface Kind {
  run: (seed: number, clean?: boolean) => Promise<Outcome>
  check: (run: Outcome) => Promise<string[]>
}

export const KINDS = {
  routes: { run: runSeed, check: violations },
  flows: { run: runFlowSeed, check: flowViolations },
  refreshes: { run: runRefreshSeed, check: violations },
  absorbed: { run: runAbsorbedSeed, check: violations },
  machine: { run: runMachineSeed, check: violations },
} satisfies Record<string, Kind>

/** Seeds of every kind that a run of all tests tries and that nobody has tried before. */
export const FRESH = Number(process.env.SEEDS ?? 20)
export const firstFresh = 1_000_000 + (Date.now() % 1_000_000_000)

/** The broken promises of `count` seeds, each behind its seed. */
export async function broken(from: number, count: number, { run, check }: Kind, clean = false): Promise<string[]> {
  const found: string[] = []
  for (let seed = from; seed < from + count; seed++) {
    for (const violation of await check(await run(seed, clean))) found.push(`seed ${seed}: ${violation}`)
  }
  return found
}
