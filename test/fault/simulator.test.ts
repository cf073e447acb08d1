import { describe, expect, test } from 'vitest'
import { violations } from '../sim/check.ts'
import { runSeed } from '../sim/run.ts'

/*
 * The real handlers in a world of their own (`test/sim`). A seed that breaks is replayed, with all that
 * happened in it, by `node test/sim/main.ts --seed N`.
 */

const FIXED = 250
const FRESH = Number(process.env.SEEDS ?? 40)
const firstFresh = 1_000_000 + (Date.now() % 1_000_000_000)

async function broken(from: number, count: number, clean = false): Promise<string[]> {
  const found: string[] = []
  for (let seed = from; seed < from + count; seed++) {
    for (const violation of await violations(await runSeed(seed, clean))) found.push(`seed ${seed}: ${violation}`)
  }
  return found
}

describe('whatever fails, and wherever it crashes', { timeout: 600_000 }, () => {
  test.concurrent(`every accepted alert is told, once or explained, and the last word is true (${FIXED} seeds)`, async () => {
    expect(await broken(1, FIXED)).toEqual([])
  })

  test.concurrent(`the same with seeds nobody has seen (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH)).toEqual([])
  })

  test.concurrent('the same where nothing fails', async () => {
    expect(await broken(1, 40, true)).toEqual([])
  })

  test('a seed replays to the last step', async () => {
    const once = await runSeed(52)
    const again = await runSeed(52)
    expect(again.world.trace).toEqual(once.world.trace)
  })
})
