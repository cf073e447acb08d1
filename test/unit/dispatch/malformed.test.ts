import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { listRefused } from '../../../shared/store/refused.ts'
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
