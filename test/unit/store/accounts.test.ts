import { beforeEach, describe, expect, test } from 'vitest'
import { createAccount, findKey, hasAccount, listAccounts, saveKey } from '../../../shared/store/accounts.ts'
import type { Table } from '../../../shared/store/port.ts'
import { memoryTable } from '../../sim/table.ts'

const ACME = { id: 'acme', name: 'Acme', keyHash: 'hash-1', role: 'owner' } as const

let table: Table
beforeEach(() => {
  table = memoryTable({ now: () => 0, at: () => () => {} })
})

/** A table that is lost after so many writes. */
function failingAfter(writes: number): Table {
  let left = writes
  return {
    ...table,
    put: async (item, when) => (left-- > 0 ? table.put(item, when) : Promise.reject(new Error('lost'))),
  }
}

describe('accounts', () => {
  test('a new one is found by its key and listed', async () => {
    expect(await createAccount(table, ACME)).toEqual({ ok: true })
    expect(await findKey(table, 'hash-1')).toEqual({ account: 'acme', role: 'owner' })
    expect(await findKey(table, 'hash-2')).toBeUndefined()
    expect([await hasAccount(table, 'acme'), await hasAccount(table, 'other')]).toEqual([true, false])
    await createAccount(table, { ...ACME, id: 'acm', name: 'Acm', keyHash: 'hash-2' })
    expect(await listAccounts(table, { limit: 10 })).toEqual({
      items: [
        { id: 'acm', name: 'Acm' },
        { id: 'acme', name: 'Acme' },
      ],
    })
    const first = await listAccounts(table, { limit: 1 })
    expect(await listAccounts(table, { limit: 1, after: first.next! })).toMatchObject({ items: [{ id: 'acme' }] })
  })

  test.each(['', 'A', '-a', 'a_b', 'a/b', 'a#b', 'a'.repeat(64), 'ä', 'a\n'])('%j is no id', async (id) => {
    expect(await createAccount(table, { ...ACME, id })).toEqual({ ok: false, reason: 'invalid_id' })
  })

  test('the same key may ask twice, another finds the id taken and opens nothing', async () => {
    await createAccount(table, ACME)
    expect(await createAccount(table, ACME)).toEqual({ ok: true })
    expect(await createAccount(table, { ...ACME, keyHash: 'hash-2' })).toEqual({ ok: false, reason: 'exists' })
    expect(await findKey(table, 'hash-2')).toBeUndefined()
  })

  test('of two at once one wins, and only its key opens the account', async () => {
    const keys = ['hash-1', 'hash-2', 'hash-3']
    const results = await Promise.all(keys.map((keyHash) => createAccount(table, { ...ACME, keyHash })))
    const found = await Promise.all(keys.map((hash) => findKey(table, hash)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(found.map((key) => key !== undefined)).toEqual(results.map(({ ok }) => ok))
  })

  test.each([0, 1])('a crash after %i writes leaves no account, and it can be made again', async (writes) => {
    await expect(createAccount(failingAfter(writes), ACME)).rejects.toThrow()
    expect([await hasAccount(table, 'acme'), await findKey(table, 'hash-1')]).toEqual([false, undefined])
    expect(await createAccount(table, { ...ACME, keyHash: 'hash-2' })).toEqual({ ok: true })
    expect([await findKey(table, 'hash-1'), await findKey(table, 'hash-2')]).toEqual([
      undefined,
      { account: 'acme', role: 'owner' },
    ])
  })

  test('an account may have further keys', async () => {
    await createAccount(table, ACME)
    await saveKey(table, { account: 'acme', keyHash: 'hash-9', role: 'viewer' })
    expect(await findKey(table, 'hash-9')).toEqual({ account: 'acme', role: 'viewer' })
  })
})
