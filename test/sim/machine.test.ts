import { describe, expect, test } from 'vitest'
import { broken, FRESH, firstFresh, KINDS } from './kinds.ts'

/* `node test/sim/main.ts --machine --seed N` replays a broken seed and prints every step. */

const MACHINES = 80
const CLEAN = 40

describe('on one machine whose process ends and whose commits fail', () => {
  test(`what was answered is told, and nothing is sent that was not claimed (${MACHINES} seeds)`, async () => {
    expect(await broken(1, MACHINES, KINDS.machine)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, KINDS.machine)).toEqual([])
  })

  test(`without faults, the same notifications as Alertmanager's (${CLEAN} seeds)`, async () => {
    expect(await broken(1, CLEAN, KINDS.machine, true)).toEqual([])
  })
})
