import { describe, expect, test } from 'vitest'
import { DAY } from '../../../shared/base/time.ts'
import type { InboxMessage } from '../../../shared/delivery/inbox-message.ts'
import { emptyInbox, listInbox, markRead, putInboxMessage } from '../../../shared/store/inbox.ts'
import type { Table } from '../../../shared/table/port.ts'
import { fresh } from './config-setup.ts'

const message = (id: string, at: number): InboxMessage => {
  return { id, at, status: 'firing', level: 'P1', title: id, text: `about ${id}` }
}
const ids = async (table: Table, user = 'test01', account = 'a') =>
  (await listInbox(table, account, user, { limit: 100 })).items.map(({ id }) => id)

describe('an inbox', () => {
  test('has the messages of its user, newest first, page by page', async () => {
    const { table } = fresh()
    for (const [id, at] of [
      ['d1', 5],
      ['d3', 7],
      ['d2', 6],
    ] as const) {
      await putInboxMessage(table, 'a', 'test01', message(id, at))
    }
    await putInboxMessage(table, 'a', 'test02', message('other', 8))
    await putInboxMessage(table, 'b', 'test01', message('foreign', 9))
    expect(await ids(table)).toEqual(['d3', 'd2', 'd1'])
    const first = await listInbox(table, 'a', 'test01', { limit: 2 })
    const second = await listInbox(table, 'a', 'test01', { limit: 2, after: first.next! })
    expect([first.items.length, second.items.map(({ id }) => id)]).toEqual([2, ['d1']])
  })

  test('belongs to its account, whatever ids users and messages have', async () => {
    const { table } = fresh()
    for (const account of ['a', 'b']) {
      await putInboxMessage(table, account, 'test01', { ...message('d1', 5), text: account })
    }
    await markRead(table, 'a', 'test01', ['d1'], 6)
    const shown = await Promise.all(
      ['a', 'b'].map(async (account) => (await listInbox(table, account, 'test01', { limit: 9 })).items),
    )
    expect(shown.flat().map(({ text, readAt }) => [text, readAt])).toEqual([
      ['a', 6],
      ['b', undefined],
    ])
  })

  test('keeps the first copy of a message, with its mark', async () => {
    const { table } = fresh()
    await putInboxMessage(table, 'a', 'test01', message('d1', 5))
    await markRead(table, 'a', 'test01', ['d1'], 6)
    await putInboxMessage(table, 'a', 'test01', { ...message('d1', 9), text: 'again' })
    const { items } = await listInbox(table, 'a', 'test01', { limit: 9 })
    expect(items).toEqual([{ ...message('d1', 5), readAt: 6 }])
  })

  test('marks messages as read once, and knows no others', async () => {
    const { table } = fresh()
    await putInboxMessage(table, 'a', 'test01', message('d1', 5))
    expect(await markRead(table, 'a', 'test01', ['d1', 'none'], 6)).toEqual(['d1'])
    expect(await markRead(table, 'a', 'test01', ['d1'], 7)).toEqual(['d1'])
    expect(await markRead(table, 'a', 'test02', ['d1'], 7)).toEqual([])
    const { items } = await listInbox(table, 'a', 'test01', { limit: 9 })
    expect(items[0]?.readAt).toBe(6)
  })

  test('forgets a message after 30 days, read or not', async () => {
    const { clock, table } = fresh()
    for (const id of ['d1', 'd2']) await putInboxMessage(table, 'a', 'test01', message(id, 5))
    await markRead(table, 'a', 'test01', ['d1'], 20 * DAY)
    clock.set(30 * DAY + 6)
    await table.expire()
    expect(table.everything()).toEqual([])
  })

  test('is emptied when its user is gone, and no other is', async () => {
    const { table } = fresh()
    for (let at = 0; at < 230; at++) await putInboxMessage(table, 'a', 'test01', message(`d${at}`, at))
    await putInboxMessage(table, 'a', 'test011', message('kept', 5))
    await emptyInbox(table, 'a', 'test01')
    expect([await ids(table), await ids(table, 'test011')]).toEqual([[], ['kept']])
  })
})
