import { expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../shared/base/time.ts'
import type { Channel } from '../../../shared/config/config.ts'
import { notificationTarget } from '../../../shared/delivery/target.ts'
import { advance } from '../../../shared/group/advance.ts'
import { alertInput, context, START, unborn } from './setup.ts'

const TARGETS = Array.from({ length: 600 }, (_, index) => notificationTarget(`hook-${index}`))
const POLICY = { groupWaitMs: 0, groupIntervalMs: 30 * SECOND, targets: TARGETS }
/** Every second channel sends no ends. */
const channel = (id: string): Channel => {
  return { id, type: 'webhook', sendResolved: Number(id.slice('hook-'.length)) % 2 === 0, settings: {} }
}
const now = START + MINUTE
const ALERTS = Array.from({ length: 1000 }, (_, index) => {
  return alertInput({ n: String(index) }, { tie: String(index), endsAt: START + 60 * MINUTE })
})
const over = (index: number, at: number) => alertInput({ n: String(index) }, { at, tie: 'end', endsAt: at })

test('a flush of 600 targets writes equal words once', () => {
  const { contents, open, group } = advance(unborn(), ALERTS, context(now, POLICY, { channel }))
  expect([contents.length, new Set(open.map(({ delivery }) => delivery)).size]).toEqual([600, 600])
  expect(new Set(contents.map(({ notification }) => notification)).size).toBe(1)

  const arrivals = open.map(({ target, delivery, attempt }) => {
    return { kind: 'outcome' as const, target, delivery, attempt, outcome: { kind: 'arrived' as const, at: now } }
  })
  const told = advance(group, arrivals, context(now, POLICY, { channel }))
  const later = now + 30 * SECOND
  const news = alertInput({ n: 'new' }, { at: now, tie: 'new', endsAt: START + 60 * MINUTE })
  const next = advance(told.group, [over(1, now), news, { kind: 'wake' }], context(later, POLICY, { channel }))
  expect(next.contents.length).toBe(600)
  const said = new Set(next.contents.map(({ notification }) => notification))
  expect([...said].map(({ alerts, reason }) => [alerts.length, reason])).toEqual([
    [1001, 'new-alerts'],
    [1000, 'new-alerts'],
  ])
})
