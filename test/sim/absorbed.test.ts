import { describe, expect, test } from 'vitest'
import { broken, FRESH, firstFresh, KINDS } from './kinds.ts'

/* `node test/sim/main.ts --absorbed --seed N` replays a broken seed and prints every step. */

const ABSORBED = 40

describe('on AWS, where containers of ingest absorb refreshes', () => {
  test(`no alert of a sender that goes on ends, and no end that is given is lost (${ABSORBED} seeds)`, async () => {
    expect(await broken(1, ABSORBED, KINDS.absorbed)).toEqual([])
  })

  test(`the same with seeds never tried before (${FRESH} from ${firstFresh}; SEEDS=N for more)`, async () => {
    expect(await broken(firstFresh, FRESH, KINDS.absorbed)).toEqual([])
  })
})
