import { expect, test } from 'vitest'
import { compareStamps } from '../../../shared/alert/stamp.ts'
import { createOrder } from '../../../shared/base/order.ts'

test('the order is the moment, unless the clock was set back', () => {
  const { orderOf, latest } = createOrder()
  expect([100, 100, 200].map((at) => orderOf(at))).toEqual([{}, {}, {}])
  expect([50, 60, 60].map((at) => orderOf(at))).toEqual([{ order: 201 }, { order: 202 }, { order: 203 }])
  expect([203, 204].map((at) => orderOf(at))).toEqual([{}, {}])
  expect(latest()).toBe(204)
})

test('the order goes on where an earlier process ended', () => {
  const { orderOf } = createOrder(1000)
  expect(orderOf(10)).toEqual({ order: 1001 })
})

test('stamps are in the order of receipt, whatever the clock did', () => {
  const { orderOf } = createOrder()
  const moments = [1000, 2000, 500, 600, 600, 1999, 2002, 2001, 3000, 0]
  const stamps = moments.map((at) => ({ at, tie: '', ...orderOf(at) }))
  for (const [index, stamp] of stamps.slice(1).entries()) {
    expect(compareStamps(stamps[index]!, stamp)).toBeLessThan(0)
  }
})
