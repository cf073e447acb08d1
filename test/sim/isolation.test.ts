import { describe, expect, test } from 'vitest'
import { plainSlots, sharedSlots } from '../../infra/machine/slots.ts'
import { DELIVERIES } from '../../infra/machine/wire.ts'
import { isolationBroken } from './isolation.ts'

describe('targets that hang and names that are slow', () => {
  test('delay no other channel and no other account (40 seeds)', async () => {
    for (let seed = 1; seed <= 40; seed++)
      expect([seed, await isolationBroken(seed, DELIVERIES.slots())]).toEqual([seed, []])
  })

  test.each([
    ['one pool for all', () => plainSlots(32)],
    ['no slots of a lane', () => sharedSlots({ pool: 32, perLane: 0, perAccount: 8, lanes: 0, most: 256 })],
    [
      'several lanes that hang take the slots of the account',
      () => sharedSlots({ pool: 32, perLane: 4, perAccount: 8, lanes: 1, most: 256 }),
    ],
  ])('a planted bug is noticed: %s', async (_bug, slots) => {
    let broken = 0
    for (let seed = 1; seed <= 10; seed++) if ((await isolationBroken(seed, slots())).length > 0) broken++
    expect(broken).toBeGreaterThan(5)
  })
})
