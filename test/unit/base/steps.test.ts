import { expect, test } from 'vitest'
import { finish, flatMapSteps, inSlices, type Steps } from '../../../shared/base/steps.ts'

function* counting(steps: number, units: number): Steps<number> {
  for (let step = 0; step < steps; step++) yield units
  return steps
}

/** The number of turns that something else had while the work was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let over = false
  const other = (): void => {
    turns++
    if (!over) setImmediate(other)
  }
  setImmediate(other)
  await work
  over = true
  return turns
}

test('the result is the same at once and in slices', async () => {
  expect(finish(counting(100, 5_000))).toBe(100)
  expect(await inSlices(counting(100, 5_000))).toBe(100)
  expect(finish(flatMapSteps([1, 2, 3], 1, (n) => (n === 2 ? [] : [n, n])))).toEqual([1, 1, 3, 3])
})

test('others have their turn after every 16,000 units, and only then', async () => {
  expect(await turnsDuring(inSlices(counting(100, 100)))).toBe(0)
  const turns = await turnsDuring(inSlices(counting(100, 4_000)))
  expect(turns).toBeGreaterThanOrEqual(24)
  expect(turns).toBeLessThanOrEqual(26)
})
