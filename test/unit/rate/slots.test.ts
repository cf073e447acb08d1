import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { RateRule } from '../../../shared/rate/rate.ts'
import { blockSlots, LATE_MS, nextSlot, type Slots, slotAhead, takeSlot } from '../../../shared/rate/slots.ts'
import { mulberry32 } from '../../sim/world.ts'

const NOW = Date.UTC(2026, 0, 5)
const ROBOT: RateRule[] = [{ most: 20, windowMs: MINUTE }]
const NUMBER: RateRule[] = [
  { most: 1, windowMs: MINUTE },
  { most: 5, windowMs: HOUR },
  { most: 20, windowMs: DAY },
]
const sent = (...seconds: number[]): Slots => ({ at: seconds.map((one) => NOW + one * SECOND) })

describe('the next slot', () => {
  test.each<[string, Slots, RateRule[], number]>([
    ['of a place without messages is now', sent(), ROBOT, 0],
    ['of a robot with one message is now', sent(0), ROBOT, 0],
    ['of a robot with two messages is a tenth of the window away', sent(0, 0), ROBOT, 6.6],
    ['is behind the slots that are taken', sent(0, 0, 6.6, 6.6), ROBOT, 13.2],
    ['of a window of a second is at its end', sent(0, 0, 0, 0, 0), [{ most: 5, windowMs: SECOND }], 4],
    ['of a robot with a full window is at its end', sent(...Array.from({ length: 20 }, (_, i) => i - 30)), ROBOT, 36],
    ['of a number is a minute and the margin away', sent(-10), NUMBER, 56],
    ['of a number after five calls is at the end of the hour', sent(-3000, -2000, -1000, -500, -100), NUMBER, 606],
    ['of a blocked place is at the end of the block', { ...sent(-1), blockedUntil: NOW + 90_000 }, ROBOT, 90],
    ['of a place that was blocked before is now', { at: [], blockedUntil: NOW - 1 }, ROBOT, 0],
  ])('%s', (_name, slots, rules, seconds) => {
    expect(nextSlot(slots, rules, NOW)).toBe(NOW + seconds * SECOND)
  })

  test('lies ahead after it is taken', () => {
    const slots = takeSlot(sent(-1), ROBOT, NOW, NOW + 2300)
    expect(slotAhead(slots, NOW)).toBe(NOW + 2300)
    expect(slotAhead(slots, NOW + 2300)).toBeUndefined()
  })

  test('is near although the clock was set back', () => {
    const before = { ...sent(HOUR, 2 * HOUR), blockedUntil: NOW + 2 * DAY }
    expect(nextSlot(before, ROBOT, NOW)).toBe(NOW + 6600)
    expect(takeSlot(before, ROBOT, NOW, NOW + 6600)).toEqual({ at: [NOW, NOW, NOW + 6600] })
  })

  test('of a block that is there stays behind it', () => {
    const slots = blockSlots(blockSlots(sent(), NOW + MINUTE), NOW + SECOND)
    expect(nextSlot(slots, ROBOT, NOW)).toBe(NOW + MINUTE)
    expect(takeSlot(slots, ROBOT, NOW, NOW + MINUTE).blockedUntil).toBe(NOW + MINUTE)
  })
})

/** Messages at the moments at which they reach the provider, for workers with wrong clocks that use their slots late. */
function arrivals(rules: RateRule[], skewMs: number, seed: number): number[] {
  const chance = mulberry32(seed)
  let slots: Slots = { at: [] }
  const found: number[] = []
  let trueNow = NOW
  for (let count = 0; count < 400; count++) {
    trueNow += Math.floor(chance() * 2 * SECOND)
    const wrongBy = Math.floor((chance() * 2 - 1) * skewMs)
    const now = trueNow + wrongBy
    const at = nextSlot(slots, rules, now)
    if (at > now + MINUTE) continue
    slots = takeSlot(slots, rules, now, at)
    const late = Math.floor(chance() * LATE_MS)
    const user = Math.floor((chance() * 2 - 1) * skewMs)
    found.push(at === now ? trueNow + late : at - user + late)
  }
  return found.sort((one, other) => one - other)
}

const LARK: RateRule[] = [
  { most: 5, windowMs: SECOND },
  { most: 100, windowMs: MINUTE },
]

describe.each<[string, RateRule[], skewMs: number]>([
  ['a robot', ROBOT, 2 * SECOND],
  ['a number', NUMBER, 2 * SECOND],
  ['a service', [{ most: 120, windowMs: MINUTE }], 2 * SECOND],
  ['a robot with a window of a second', LARK, SECOND / 2],
  ['a card of a workflow', [{ most: 4, windowMs: SECOND }], SECOND / 2],
  ['a webhook of Discord', [{ most: 5, windowMs: 2 * SECOND }], SECOND / 2],
])('%s', (_name, rules, skewMs) => {
  test.each([1, 2, 3, 4, 5])('gets no more than its limit, whatever the clocks of workers say (%i)', (seed) => {
    const moments = arrivals(rules, skewMs, seed)
    for (const { most, windowMs } of rules) {
      for (const [index, at] of moments.entries()) {
        const before = moments[index - most]
        if (before !== undefined) expect(at - before).toBeGreaterThan(windowMs - 1)
      }
    }
    expect(moments.length).toBeGreaterThan(3)
  })
})

test.each<[string, RateRule[], aMinute: number]>([
  ['Lark', LARK, 75],
  ['Teams', [{ most: 4, windowMs: SECOND }], 60],
  ['Discord', [{ most: 5, windowMs: 2 * SECOND }], 60],
  ['DingTalk', ROBOT, 18],
])('%s: a rate leaves so many messages a minute', (_name, rules, aMinute) => {
  let slots: Slots = { at: [] }
  let count = 0
  for (let at = NOW; at < NOW + 10 * MINUTE; count++) {
    slots = takeSlot(slots, rules, at, at)
    at = nextSlot(slots, rules, at)
  }
  expect(Math.floor(count / 10)).toBe(aMinute)
})
