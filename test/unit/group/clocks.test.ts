import { expect, test } from 'vitest'
import { SECOND } from '../../../shared/base/time.ts'
import { advance } from '../../../shared/group/advance.ts'
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
