import { describe, expect, test } from 'vitest'
import { broken, FRESH, firstFresh, KINDS } from './kinds.ts'

/* `node test/sim/main.ts --refreshes --seed N` replays a broken seed and prints every step. */

const REFRESHES = 60
const CLEAN = 40

describe('on one machine that keeps refreshes in memory', () => {
  test(`no alert is told as over before its claimed end, wherever the process dies (${REFRESHES} seeds)`, async () => {
    expect(await broken(1, REFRESHES, KINDS.refreshes)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, KINDS.refreshes)).toEqual([])
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN} seeds)`, async () => {
    expect(await broken(1, CLEAN, KINDS.refreshes, true)).toEqual([])
  })
})
