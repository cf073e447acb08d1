import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../infra/clock.ts'
import { beganBy } from '../../../infra/machine/clock-steps.ts'
import { createVirtualClock } from '../../flow/virtual-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The steps that were told, while the clock is set by `byMs` after a second. */
function told(byMs: number): number[] {
  const steps: number[] = []
  const forget = systemClock.onStep((step) => steps.push(step))
  vi.advanceTimersByTime(1000)
  vi.setSystemTime(Date.now() + byMs)
  vi.advanceTimersByTime(10_000)
  forget()
  vi.setSystemTime(Date.now() + 60_000)
  vi.advanceTimersByTime(10_000)
  return steps
}

describe('the clock of the host', () => {
  test.each([-86_400_000, -3_600_000, -1000, -200, 200, 1000, 3_600_000])(
    'tells once that it was set by %i ms',
    (byMs) => {
      expect(told(byMs)).toEqual([byMs])
    },
  )

  test.each([0, -20, 20])('tells nothing of %i ms', (byMs) => {
    expect(told(byMs)).toEqual([])
  })

  test.each([-3_600_000, 3_600_000])('waits for as long as asked although it is set by %i ms', (byMs) => {
    const began = systemClock.elapsed()
    let after: number | undefined
    systemClock.after(5000, () => (after = systemClock.elapsed() - began))
    vi.setSystemTime(Date.now() + byMs)
    vi.advanceTimersByTime(4999)
    expect(after).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(after).toBe(5000)
  })

  test('waits for a time that is longer than a timer can be, and for none', () => {
    let ran = 0
    const cancel = systemClock.after(2 ** 40, () => ran++)
    systemClock.after(-5, () => ran++)
    vi.advanceTimersByTime(1)
    expect(ran).toBe(1)
    cancel()
  })
})

test('nothing that this process began looks older than the process, whatever the clock did since', () => {
  const clock = createVirtualClock(1_000_000, () => 0)
  const began = beganBy(clock)
  expect(began()).toBe(1_000_000)
  clock.step(-5000)
  expect([began(), clock.now() >= began()]).toEqual([995_000, true])
  clock.step(8000)
  expect(began()).toBe(995_000)
})
