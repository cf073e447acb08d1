import { expect, test } from 'vitest'
import { giveBackQuota, takeQuota } from '../../../shared/store/quotas.ts'
import { fresh } from './config-setup.ts'

const place = (account: string, more = {}) => ({ account, user: 'test01', day: '2026-01-14', kind: 'sms', ...more })

test('messages are counted by account, user, day and kind, and a count is given back once', async () => {
  const { table } = fresh()
  const take = async (account: string, more = {}) => (await takeQuota(table, place(account, more), 1, 0)).taken
  expect([await take('a'), await take('a')]).toEqual([true, false])
  for (const [account, more] of [
    ['b', {}],
    ['a', { user: 'test02' }],
    ['a', { day: '2026-01-15' }],
    ['a', { kind: 'voice' }],
  ] as const) {
    expect([account, more, await take(account, more)]).toEqual([account, more, true])
  }
  await giveBackQuota(table, place('a'), 0)
  expect([await take('a'), await take('a')]).toEqual([true, false])
})
