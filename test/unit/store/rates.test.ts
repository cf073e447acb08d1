import { describe, expect, test } from 'vitest'
import type { DeliveryDue } from '../../../shared/message/message.ts'
import type { Slots } from '../../../shared/rate/slots.ts'
import { changeSlots, putWaiting, readWaiting, removeWaiting } from '../../../shared/store/rates.ts'
import type { Table } from '../../../shared/table/port.ts'
import { fresh } from './config-setup.ts'

const NOW = Date.UTC(2026, 0, 5)
const add = (at: number) => (slots: Slots) => ({ next: { ...slots, at: [...slots.at, at] } })
const due = (delivery: string, attempt = 1): DeliveryDue => ({
  ...({ v: 1, kind: 'delivery', account: 'a', group: 'g', target: 'ding' } as const),
  ...{ delivery, attempt, deadline: NOW + 120_000 },
})

describe('the slots of a place', () => {
  test('are changed one after the other, and belong to their account', async () => {
    const { table } = fresh()
    await Promise.all([1, 2].map((at) => changeSlots(table, 'a', 'p', NOW, add(at))))
    expect(await changeSlots(table, 'a', 'p', NOW, (slots) => ({ next: undefined, slots }))).toEqual({
      slots: { at: [1, 2] },
    })
    expect(await changeSlots(table, 'a', 'q', NOW, (slots) => ({ next: undefined, slots }))).toEqual({
      slots: { at: [] },
    })
    expect(await changeSlots(table, 'b', 'p', NOW, (slots) => ({ next: undefined, slots }))).toEqual({
      slots: { at: [] },
    })
  })

  test('are given up when others write all the time', async () => {
    const { table } = fresh()
    let puts = 0
    const busy: Table = {
      ...table,
      put: async (item, when) => {
        await changeSlots(table, 'a', 'p', NOW, add(++puts))
        return await table.put(item, when)
      },
    }
    expect(await changeSlots(busy, 'a', 'p', NOW, add(9))).toBe('lost')
    expect(puts).toBe(3)
  })
})

describe('the deliveries that wait for a slot', () => {
  test('are read in the order of their turns, as many as are wanted', async () => {
    const { table } = fresh()
    const put = (delivery: string, urgency: string, since: number) =>
      putWaiting(table, 'a', 'p', { due: due(delivery), urgency, since })
    await put('late', '1P10', NOW + 1)
    await put('low', '1P20', NOW - 99)
    await put('patient', '0P42', NOW + 9)
    await put('early', '1P10', NOW)
    await putWaiting(table, 'a', 'q', { due: due('elsewhere'), urgency: '0P10', since: NOW })
    const names = async (limit: number) => (await readWaiting(table, 'a', 'p', limit)).map(({ due }) => due.delivery)
    expect(await names(9)).toEqual(['patient', 'early', 'late', 'low'])
    expect(await names(2)).toEqual(['patient', 'early'])
  })

  test('wait once, until they are removed', async () => {
    const { table } = fresh()
    const one = { due: due('d'), urgency: '1P10', since: NOW }
    const name = await putWaiting(table, 'a', 'p', one)
    expect(await putWaiting(table, 'a', 'p', one)).toBe(name)
    expect(await readWaiting(table, 'a', 'p', 9)).toEqual([{ name, due: due('d') }])
    await removeWaiting(table, 'a', 'p', [name])
    await removeWaiting(table, 'a', 'p', [name])
    expect(await readWaiting(table, 'a', 'p', 9)).toEqual([])
  })
})
