import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { listRefused } from '../../../shared/store/refused.ts'
import { variants } from '../message/variants.ts'
import { brokenLine } from './setup.ts'

test.each<[what: string, change: (body: Record<string, unknown>) => unknown]>([
  ['alerts that are no list', (body) => ({ ...body, alerts: 7 })],
  ['an alert without labels', (body) => ({ ...body, alerts: [{ annotations: {}, startsAt: 1 }] })],
  ['a kind that does not exist', (body) => ({ ...body, kind: 'parcel' })],
  ['a delivery, which is not for it', (body) => ({ ...body, kind: 'delivery' })],
  ['an outcome of nothing', (body) => ({ ...body, kind: 'outcome', group: 'g' })],
])('of ten messages one with %s is refused, and its nine neighbours are told of', async (_what, change) => {
  const here = await brokenLine({ groupWait: '0s' })
  const batch = Array.from({ length: 10 }, (_, index) => {
    const message = here.alert(`m${index}`, 1)
    const body = JSON.parse(message.body)
    const alerts = [{ ...body.alerts[0], labels: { alertname: `a${index}` } }]
    return { ...message, body: JSON.stringify(index === 4 ? change(body) : { ...body, alerts }) }
  })
  const dispatch = createDispatch(here.deps)
  expect(await dispatch(batch)).toEqual({ failed: [] })
  expect(here.sent('delivery')).toHaveLength(9)
  const { items } = await listRefused(here.deps.table, 'a', { limit: 9 })
  const reason = expect.stringContaining('a message of the queue alerts cannot be read: ')
  expect(items).toMatchObject([{ id: 'alerts-m4', queue: 'alerts', integration: 'default', reason }])
})

const NOW = Date.UTC(2026, 10, 21, 12)
const labels = { alertname: 'a' }
const origin = { account: 'b', integration: 'c' }
const alert = { labels, annotations: {}, startsAt: NOW, endsAt: NOW + 60_000 }
const taken = { integration: 'default', receivedAt: NOW }
const member = { alert: { ...alert, timeout: true, origin }, stamp: { at: NOW, tie: 'm#0' }, claimedEnd: NOW + 60_000 }

test.each<[kind: string, body: object]>([
  [
    'alerts',
    { ...taken, recoverAfterMs: 1000, alerts: [{ ...alert, generatorURL: 'x', origin }], rule: 'r', hops: ['h'] },
  ],
  ['refused', { ...taken, reason: 'no', body: 'aGk=' }],
  ['wake', { group: 'g', at: NOW }],
  ['wakes', { wakes: [{ group: 'g', at: NOW }, { group: 'h' }] }],
  ['outcome', { group: 'g', target: 'hook', delivery: 'd', attempt: 1, outcome: { kind: 'arrived', at: NOW } }],
  [
    'replay',
    {
      ...{ group: 'g', target: 'hook', policy: 'all', labels },
      event: { delivery: 'd', type: 'create', at: NOW, attempts: 1 },
    },
  ],
  [
    'action',
    {
      ...{ group: 'g', policy: 'all', labels },
      action: { id: 'i', type: 'comment', incident: 'n', by: 'ann', at: NOW, text: 't', to: 'jo' },
    },
  ],
  [
    'regrouped',
    {
      ...{ revision: '1', policy: 'all', labels, members: [member] },
      told: [['hook', { at: NOW, firing: ['0123456789abcdef'], until: NOW }]],
      doubt: [['hook', { firing: [], resolved: [], until: NOW }]],
      tombstones: [['0123456789abcdef', { alert: { ...alert, origin }, stamp: { at: NOW, tie: 'm#1' }, until: NOW }]],
    },
  ],
  ['reconfigured', { after: 'g' }],
])('whatever is wrong with one part of a message of kind %s, dispatch is done with it', async (kind, body) => {
  const here = await brokenLine({ groupWait: '0s' })
  const dispatch = createDispatch(here.deps)
  let count = 0
  for (const text of variants({ v: 1, account: 'a', kind, ...body })) {
    const message = { id: `m${++count}`, body: text, receives: 1, sentAt: here.now }
    expect(await dispatch([message]), text).toEqual({ failed: [] })
  }
  expect(count).toBeGreaterThan(50)
  // The complete message is understood.
  const whole = { id: 'whole', body: JSON.stringify({ v: 1, account: 'a', kind, ...body }), receives: 1, sentAt: NOW }
  await dispatch([whole])
  const { items } = await listRefused(here.deps.table, 'a', { limit: 500 })
  expect(items.map(({ id }) => id)).not.toContain('alerts-whole')
})
