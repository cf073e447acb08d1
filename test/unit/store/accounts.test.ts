import { beforeEach, describe, expect, test } from 'vitest'
import { removeKey } from '../../../shared/account/key-ring.ts'
import { HOUR } from '../../../shared/base/time.ts'
import { createAccount, findKey, hasAccount, listAccounts, type NewAccount } from '../../../shared/store/accounts.ts'
import { changeKeys, saveOwnerKey } from '../../../shared/store/api-keys.ts'
import type { Table } from '../../../shared/table/port.ts'
import { memoryTable } from '../../sim/table.ts'

const NOW = Date.UTC(2026, 10, 21)
const account = (id: string, hash: string): NewAccount => ({
  id,
  name: 'Acme',
  key: { id: 'first', name: 'First', hash },
})
const ACME = account('acme', 'hash-1')
const OWNER = { account: 'acme', id: 'first', name: 'First', role: 'owner' }

let table: Table
beforeEach(() => {
  table = memoryTable({ now: () => 0, elapsed: () => 0, after: () => () => {} })
})

const create = (made: NewAccount, on = table) => createAccount(on, made, NOW)
const find = (hash: string, now = NOW) => findKey(table, hash, now)

/** A table that is lost after a number of writes. */
function failingAfter(writes: number): Table {
  let left = writes
  return {
    ...table,
    put: async (item, when) => (left-- > 0 ? table.put(item, when) : Promise.reject(new Error('lost'))),
  }
}

describe('accounts', () => {
  test('a new one is found by its key and listed', async () => {
    expect(await create(ACME)).toEqual({ ok: true })
    expect(await find('hash-1')).toEqual(OWNER)
    expect(await find('hash-2')).toBeUndefined()
    expect([await hasAccount(table, 'acme'), await hasAccount(table, 'other')]).toEqual([true, false])
    await create(account('acm', 'hash-2'))
    expect(await listAccounts(table, { limit: 10 })).toEqual({
      items: [
        { id: 'acm', name: 'Acme' },
        { id: 'acme', name: 'Acme' },
      ],
    })
    const first = await listAccounts(table, { limit: 1 })
    expect(await listAccounts(table, { limit: 1, after: first.next! })).toMatchObject({ items: [{ id: 'acme' }] })
  })

  test.each(['', 'A', '-a', 'a_b', 'a/b', 'a#b', 'a'.repeat(64), 'ä', 'a\n'])('%j is no id', async (id) => {
    expect(await create(account(id, 'hash-1'))).toEqual({ ok: false, reason: 'invalid_id' })
  })

  test('the same key may ask twice, another finds the id taken and opens nothing', async () => {
    await create(ACME)
    expect(await create(ACME)).toEqual({ ok: true })
    expect(await create(account('acme', 'hash-2'))).toEqual({ ok: false, reason: 'exists' })
    expect(await find('hash-2')).toBeUndefined()
  })

  test('of two at once one wins, and only its key opens the account', async () => {
    const keys = ['hash-1', 'hash-2', 'hash-3']
    const results = await Promise.all(keys.map((hash) => create(account('acme', hash))))
    const found = await Promise.all(keys.map((hash) => find(hash)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(found.map((key) => key !== undefined)).toEqual(results.map(({ ok }) => ok))
  })

  test.each([0, 1])('a crash after %i writes leaves no account, and it can be made again', async (writes) => {
    await expect(create(ACME, failingAfter(writes))).rejects.toThrow()
    expect([await hasAccount(table, 'acme'), await find('hash-1')]).toEqual([false, undefined])
    expect(await create(account('acme', 'hash-2'))).toEqual({ ok: true })
    expect([await find('hash-1'), await find('hash-2')]).toEqual([undefined, OWNER])
  })

  test('a key is written about once an hour at most, however often it is used', async () => {
    await create(ACME)
    let writes = 0
    table = {
      ...table,
      put: ((inner) => async (item, when) => {
        writes++
        return inner(item, when)
      })(table.put),
    }
    for (let minute = 0; minute < 120; minute++) await find('hash-1', NOW + minute * 60_000)
    expect(writes).toBe(2)
  })

  test('a table that takes no writes still opens the account', async () => {
    await create(ACME)
    expect(await findKey(failingAfter(0), 'hash-1', NOW + HOUR)).toEqual(OWNER)
  })
})

describe('the operator’s own key of an account', () => {
  const given = (hash: string) => saveOwnerKey(table, 'acme', { id: 'environment', name: 'E', hash }, NOW)

  test('opens it beside the first one, and another takes its place', async () => {
    await create(ACME)
    await given('hash-e')
    expect(await find('hash-e')).toEqual({ account: 'acme', id: 'environment', name: 'E', role: 'owner' })
    await given('hash-f')
    expect([await find('hash-1'), await find('hash-e')]).toEqual([OWNER, undefined])
    expect(await find('hash-f')).toMatchObject({ id: 'environment' })
    expect(await table.get({ partition: 'tocsin', sort: 'key#hash-e' })).toBeUndefined()
  })

  test('counts again at every start, also after it was deleted', async () => {
    await create(ACME)
    await given('hash-e')
    await changeKeys(table, 'acme', (ring) => removeKey(ring, 'environment'), { now: NOW })
    expect(await find('hash-e')).toBeUndefined()
    await given('hash-e')
    expect(await find('hash-e')).toMatchObject({ role: 'owner' })
  })
})
