import { expect, test } from 'vitest'
import { type RegroupedAlert, regroupMessages, targetKnowledge } from '../../../functions/dispatch/regroup-messages.ts'
import { fingerprint } from '../../../shared/alert/fingerprint.ts'
import { DELIVERY_WINDOW_MS } from '../../../shared/delivery/delivery.ts'
import type { TargetState } from '../../../shared/group/target-state.ts'
import { MESSAGE_BYTES } from '../../../shared/queue/port.ts'

const NOW = 1_000_000_000

const GROUP = '0123456789abcdef0123456789abcdef'

test.each([
  ['by its deadline, at one attempt', { openedAt: 5 }, 5 + DELIVERY_WINDOW_MS],
  ['by the deadline of the attempt that arrived', { openedAt: 5, heardBy: NOW - 7 }, NOW - 7],
  ['by now at the latest', { openedAt: NOW - 1 }, NOW],
  ['by now, if no delivery of this group told the target', {}, NOW],
])('a target had heard what it was told: %s', (_, times, until) => {
  const told = { at: 1, firing: ['x'], resolved: [], ...times }
  const [known] = targetKnowledge({ id: GROUP, targets: new Map([['hook', { count: 1, told }]]) }, NOW)
  expect(known?.told?.until).toBe(until)
})

test.each([
  [1, 5],
  [200, 10],
  [600, 40],
  [1000, 100],
])('%d targets that know of 500 alerts: each message fits the queue, and each alert goes once', (count, most) => {
  const origin = { account: 'acme', integration: 'default' }
  const alerts = Array.from({ length: 500 }, (_, n): RegroupedAlert => {
    const labels = { alertname: 'Down', instance: `host-${n}`, text: 'x'.repeat(4000) }
    const alert = { labels, annotations: {}, startsAt: NOW, endsAt: NOW + 1, timeout: false, origin }
    const one = { alert, stamp: { at: NOW, tie: '' }, claimedEnd: NOW + 1 }
    return { fingerprint: fingerprint(labels), one, leaves: true }
  })
  const all = alerts.map((alert) => alert.fingerprint)
  const half = all.filter((_, n) => n % 2 === 0)
  // Half of the alerts is surely known; of the others the target may have heard either word.
  const state: TargetState = {
    count: 1,
    told: { at: NOW, firing: all, resolved: [], openedAt: NOW },
    doubt: { firing: half, resolved: half, until: NOW },
  }
  const targets = new Map(Array.from({ length: count }, (_, n) => [`a-channel-of-some-length@person-${n}`, state]))
  const about = { account: 'acme', revision: '1', policy: 'p', labels: {} }
  const heard = targetKnowledge({ id: GROUP, targets }, NOW)
  const messages = regroupMessages(about, alerts, { heard, from: GROUP, tellers: new Map() })
  expect(Math.max(...messages.map((message) => JSON.stringify(message).length))).toBeLessThan(MESSAGE_BYTES)
  expect(messages.flatMap(({ members }) => members.map(({ alert }) => fingerprint(alert.labels)))).toEqual(all)
  expect(messages.length).toBeLessThanOrEqual(most)
})

test('a target that was told an end may know the end, though the alert has left the group', () => {
  const told = { at: 1, firing: [], resolved: ['x'], openedAt: 5 }
  const heard = targetKnowledge({ id: GROUP, targets: new Map([['hook', { count: 1, told }]]) }, NOW)
  const alert = { labels: { alertname: 'x' }, origin: { account: 'acme', integration: 'default' }, endsAt: 4 }
  const one = { stamp: { at: 4, tie: '' }, until: NOW, alert }
  const about = { account: 'acme', revision: '2', policy: 'p', labels: {} }
  const doubts = (leaves: boolean) =>
    regroupMessages(about, [{ fingerprint: 'x', one, leaves }], { heard, from: GROUP, tellers: new Map() })[0]?.doubt
  expect(doubts(true)).toEqual([['hook', { firing: [], resolved: ['x'], until: 5 + DELIVERY_WINDOW_MS }]])
  expect(doubts(false)).toEqual([])
})
