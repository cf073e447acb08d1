import { expect, test } from 'vitest'
import { noteReads, startCensus } from '../../../infra/machine/census.ts'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'

test('counts at the start and every five seconds; a slow count rests between its pages and comes seldom', async () => {
  const clock = createVirtualClock(0, () => 0)
  const counts: number[] = []
  let pageMs = 0
  const census = startCensus({
    clock,
    run: async (rest) => {
      counts.push(clock.elapsed())
      for (let page = 0; page < 4; page++) {
        await new Promise<void>((resolve) => clock.after(pageMs, resolve))
        await rest()
      }
    },
    log: () => {},
    readAt: () => clock.elapsed(),
  })
  await clock.advanceTo(12 * SECOND)
  expect(counts.map((at) => at / SECOND)).toEqual([0, 5, 10])
  pageMs = 1000
  await clock.advanceTo(20 * MINUTE)
  const [first = 0, second = 0] = counts.slice(-2)
  // Four seconds of work: 36 seconds of rest, and then 400.
  expect(Math.round((second - first) / 1000)).toBe(440)
  await census.stop()
})

test('an error is in the log, and stopping waits for no more than a page', async () => {
  const clock = createVirtualClock(0, () => 0)
  const log: string[] = []
  let counts = 0
  const census = startCensus({
    clock,
    run: async (rest) => {
      if (++counts === 1) throw new Error('the table is away')
      for (;;) {
        await new Promise<void>((resolve) => clock.after(1000, resolve))
        await rest()
      }
    },
    log: (entry) => log.push(`${entry.what}: ${entry.error}`),
    readAt: () => clock.elapsed(),
  })
  await clock.advanceTo(6 * SECOND)
  expect([counts, log.length]).toEqual([2, 1])
  expect(log[0]).toContain('counting alerts: Error: the table is away')
  const stopped = census.stop()
  await clock.advanceTo(2 * MINUTE)
  await stopped
  expect(log).toHaveLength(1)
})

test('counts once at the start, and then only for whoever reads the metrics', async () => {
  const clock = createVirtualClock(0, () => 0)
  let counts = 0
  const run = async (): Promise<void> => void counts++
  const { metrics, readAt } = noteReads(clock, { render: () => 'text' })
  const census = startCensus({ clock, run, log: () => {}, readAt })
  await clock.advanceTo(MINUTE)
  expect(counts).toBe(1)
  expect(metrics.render()).toBe('text')
  await clock.advanceTo(2 * MINUTE)
  expect(counts).toBeGreaterThan(10)
  await clock.advanceTo(20 * MINUTE)
  const before = counts
  await clock.advanceTo(30 * MINUTE)
  expect(counts).toBe(before)
  await census.stop()
})
