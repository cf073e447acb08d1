import { expect, test } from 'vitest'
import { everyMinute } from '../../../infra/machine/schedule.ts'
import { MINUTE } from '../../../shared/base/time.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'

test('a run over everything that fails is made again over everything at the next full minute', async () => {
  const runs: [second: number, everything: boolean][] = []
  let fails = false
  const clock = createVirtualClock(0, () => 0)
  const run = async (everything: boolean): Promise<void> => {
    runs.push([clock.now() / 1000, everything])
    if (fails) throw new Error('the disk is full')
  }
  const schedule = everyMinute(clock, run, () => undefined)
  await clock.advanceTo(10_000)
  fails = true
  schedule.runNow(true)
  await clock.advanceTo(MINUTE)
  fails = false
  await clock.advanceTo(3 * MINUTE)
  expect(runs).toEqual([
    [0, false],
    [10, true],
    [60, true],
    [120, true],
    [180, false],
  ])
  await schedule.stop()
})
