import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
import type { Input } from '../../../shared/group/context.ts'
import type { Group } from '../../../shared/group/group.ts'
import { alertInput, arrived, context, START as NOW, unborn } from './setup.ts'

const END = NOW + 10_600

const at = (now: number) => context(now, { groupWaitMs: 0, groupIntervalMs: SECOND })
const alert = (tie: string, endsAt = END, posted = NOW) =>
  alertInput({ name: 'a' }, { key: 'a', tie, endsAt, at: posted })

test('an alert that is over by one clock and not yet by the next does not leave before its end is told', () => {
  const opened = advance(unborn(), [alert('1')], at(NOW))
  // A worker with a fast clock flushes; the delivery is still open, so the target is compared again when it settles.
  const flushed = advance(opened.group, [{ kind: 'wake' }], at(END + 400))
  const slow = advance(flushed.group, [arrived(opened.group, END)], at(END - 100))
  expect(slow.open).toEqual([])
  // Another alert comes in before the next tick.
  const between = advance(slow.group, [alert('2')], at(END + 100))
  expect([...between.group.members.keys()]).toEqual(['a'])
  expect(between.group.wakeAt).toBe(NOW + 12_000)
  const next = advance(between.group, [{ kind: 'wake' }], at(NOW + 12_000))
  expect(next.contents.map(({ resolved, notification }) => [notification.reason, resolved])).toEqual([
    ['all-resolved', ['a']],
  ])
})

test('a resolve that comes after a flush, and is older than it, is told though the alert has ended by itself', () => {
  const opened = advance(unborn(), [alert('1')], at(NOW + 10_000))
  // Posted before the flush, which saw the alert fire; received after its own end has passed.
  const late = advance(opened.group, [alert('2', NOW + 8000, NOW + 8000)], at(END + 100))
  const settled = advance(late.group, [arrived(opened.group, END)], at(END + 200))
  expect([...settled.group.members.keys()]).toEqual(['a'])
  const next = advance(settled.group, [{ kind: 'wake' }], at(settled.group.wakeAt!))
  expect(next.contents.map(({ resolved }) => resolved)).toEqual([['a']])
})

describe('an alert that resolved and left', () => {
  const over = () => {
    const fired = alert('1')
    const { group } = advance(unborn(), [fired, alert('2', NOW + 1, NOW + 1)], at(NOW + SECOND))
    expect([group.members.size, group.tombstones.size]).toEqual([0, 1])
    return { fired, group, until: [...group.tombstones.values()][0]!.until }
  }
  const look = (before: Group, now: number, ...inputs: Input[]) =>
    advance(before, [{ kind: 'wake' }, ...inputs], at(now)).group

  test('is remembered when the clock is set forward, for the messages that are still on their way', () => {
    const { fired, group } = over()
    const later = look(group, NOW + HOUR)
    expect(later.wakeAt).toBe(NOW + HOUR + MINUTE)
    const late = look(later, NOW + HOUR + 2 * SECOND, {
      ...fired,
      arrival: { ...fired.arrival, claimedEnd: NOW + 2 * HOUR },
    })
    expect([late.members.size, late.incident]).toEqual([0, undefined])
  })

  test('is forgotten by a look that comes in time', () => {
    const { group, until } = over()
    expect(look(group, until - 1).tombstones.size).toBe(1)
    expect(look(group, until + MINUTE).tombstones.size).toBe(0)
    const once = look(group, until + HOUR)
    expect(look(once, once.wakeAt!).tombstones.size).toBe(0)
  })
})
