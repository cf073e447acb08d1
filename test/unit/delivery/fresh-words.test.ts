import { expect, test } from 'vitest'
import type { Delivery, NotifiedAlert } from '../../../shared/delivery/delivery.ts'
import { createFreshWords } from '../../../shared/delivery/fresh-words.ts'

const delivery = (id: string, alerts = 1): Delivery =>
  ({
    account: 'a',
    id,
    notification: { alerts: Array.from({ length: alerts }, () => ({}) as NotifiedAlert) },
  }) as Delivery

test('a delivery that was just written is given once, to its account', () => {
  const fresh = createFreshWords()
  const one = delivery('one')
  fresh.note([one, delivery('two')])
  expect(fresh.take('b', 'one')).toBeUndefined()
  expect(fresh.take('a', 'one')).toEqual({ notification: one.notification })
  expect(fresh.take('a', 'one')).toBeUndefined()
  expect(fresh.take('a', 'two')).toBeDefined()
})

test('old and large deliveries are left to the table', () => {
  const fresh = createFreshWords()
  fresh.note([delivery('large', 21)])
  expect(fresh.take('a', 'large')).toBeUndefined()
  for (let index = 0; index < 201; index++) fresh.note([delivery(`d${index}`)])
  expect(fresh.take('a', 'd0')).toBeUndefined()
  expect(fresh.take('a', 'd1')).toBeDefined()
})
