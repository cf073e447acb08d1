import { describe, expect, test } from 'vitest'
import { type BodyShape, bodyShape, writeBody } from '../../../shared/table/body.ts'
import type { Table } from '../../../shared/table/port.ts'
import { retryLost, type StoredBody, updateItem } from '../../../shared/table/update.ts'
import { handClock } from '../../contract/hand-clock.ts'
import { memoryTable } from '../../sim/table.ts'

const KEY = { partition: 'p', sort: 's' }
const COUNTER: BodyShape<{ count: number }> = bodyShape('a counter')
const addOne = (before: StoredBody<{ count: number }> | undefined) => ({
  next: { body: { count: (before?.body.count ?? 0) + 1 } },
})

/**
 * A table over which a rival writer is faster this number of times; `gets` and `puts` count the calls of the caller.
 */
function contested(times: number) {
  const inner = memoryTable(handClock())
  const calls = { gets: 0, puts: 0 }
  const table: Table = {
    ...inner,
    get: (key) => {
      calls.gets++
      return inner.get(key)
    },
    async put(item, when) {
      if (++calls.puts <= times) await updateItem(inner, KEY, COUNTER, addOne, { tries: 1 })
      return inner.put(item, when)
    },
  }
  const count = async () => JSON.parse((await inner.get(KEY))!.body)
  return { table, inner, calls, count }
}

describe('an update of one item', () => {
  test('is saved, and gives what was decided and the stored version', async () => {
    const { table, inner } = contested(0)
    const updated = await updateItem(table, KEY, COUNTER, addOne, { tries: 1 })
    const { version } = (await inner.get(KEY))!
    const body = { count: 1 }
    expect(updated).toEqual({ result: 'saved', decided: { next: { body } }, stored: { body, version } })
  })

  test.each([1, 4])('that loses %d races is decided again each time, and nothing is counted twice', async (times) => {
    const { table, count } = contested(times)
    const seen: number[] = []
    const updated = await updateItem(
      table,
      KEY,
      COUNTER,
      (before) => {
        seen.push(before?.body.count ?? 0)
        return addOne(before)
      },
      { tries: 5 },
    )
    expect(updated.result).toBe('saved')
    expect(seen).toEqual(Array.from({ length: times + 1 }, (_, index) => index))
    expect(await count()).toEqual({ format: 1, count: times + 1 })
  })

  test('that loses every race is lost, after as many tries as it has', async () => {
    const { table, calls, count } = contested(9)
    expect(await updateItem(table, KEY, COUNTER, addOne, { tries: 3 })).toEqual({ result: 'lost' })
    expect(calls).toEqual({ gets: 3, puts: 3 })
    expect(await count()).toMatchObject({ count: 3 })
  })

  test('that decides nothing, or what is there already, is unchanged and not written', async () => {
    const { table, calls } = contested(0)
    expect(await updateItem(table, KEY, COUNTER, () => ({}), { tries: 1 })).toMatchObject({ result: 'unchanged' })
    await updateItem(table, KEY, COUNTER, addOne, { tries: 1 })
    const same = () => ({ next: { body: { count: 1 } }, why: 'the same' })
    const updated = await updateItem(table, KEY, COUNTER, same, { tries: 1 })
    expect(updated).toMatchObject({ result: 'unchanged', decided: { why: 'the same' } })
    expect(calls.puts).toBe(1)
  })

  test('of an item that was read before does not read it, until it lost', async () => {
    const { table, calls } = contested(0)
    const first = await updateItem(table, KEY, COUNTER, addOne, { tries: 1, before: 'absent' })
    const before = first.result === 'saved' ? first.stored : undefined
    expect(await updateItem(table, KEY, COUNTER, addOne, { tries: 1, before })).toMatchObject({ result: 'saved' })
    expect(calls.gets).toBe(0)
    expect(await updateItem(table, KEY, COUNTER, addOne, { tries: 2, before })).toMatchObject({ result: 'saved' })
    expect(calls.gets).toBe(1)
  })

  test('of a body that is too new is not decided', async () => {
    const { table } = contested(0)
    await table.put({ ...KEY, body: writeBody({ name: 'a counter', writes: 2, reads: 2 }, { count: 7 }) }, 'always')
    const decide = () => expect.fail('decided')
    await expect(updateItem(table, KEY, COUNTER, decide, { tries: 1 })).rejects.toThrow(
      'read of a counter (p s) failed: format 2 is too new, this release reads up to 1',
    )
  })
})

test('pauses between attempts grow, within the chance', async () => {
  const pauses: number[] = []
  const after = (ms: number, then: () => void) => {
    pauses.push(ms)
    then()
    return () => {}
  }
  const clock = { after }
  const jitter = { clock, chance: () => 0.5, ms: 50 }
  expect(await retryLost(async () => 'lost', { tries: 4, jitter })).toBe('lost')
  expect(pauses).toEqual([25, 50, 75])
})
