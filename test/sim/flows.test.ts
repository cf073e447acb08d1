import { describe, expect, test } from 'vitest'
import { broken, FRESH, firstFresh, KINDS } from './kinds.ts'

/* `node test/sim/main.ts --flows --seed N` replays a broken seed and prints every step. */

const FLOWS = 120
const CLEAN = 60

describe('with flows', () => {
  test(`whom a flow names is told, and nobody else hears of anything new (${FLOWS} seeds)`, async () => {
    expect(await broken(1, FLOWS, KINDS.flows)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, KINDS.flows)).toEqual([])
  })

  test(`without faults a stage calls at its moment (${CLEAN} seeds)`, async () => {
    expect(await broken(1, CLEAN, KINDS.flows, true)).toEqual([])
  })
})
