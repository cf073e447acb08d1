import { describe, expect, test } from 'vitest'
import { runStorm } from './storm.ts'

describe('150 groups that fire together, and a robot that takes 20 messages a minute', () => {
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
