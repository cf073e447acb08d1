import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { groupPartition } from '../../../shared/table/keys.ts'
import { brokenLine } from './setup.ts'

test('a worker that slept writes and tells nothing of the group that it remembers', async () => {
  const here = await brokenLine({ groupWait: '0s' })
  const [sleeper, other] = [createDispatch(here.deps), createDispatch(here.deps)]
  await sleeper([here.alert('m1', 1)])
  const [first] = here.sent('delivery')
  const { group, target, delivery } = first as Record<string, string>
  const outcome = { kind: 'arrived', at: here.now }
  await sleeper([here.message('outcome', { group, target, delivery, attempt: 1, outcome })])
  const items = async () => {
    const { items: found } = await here.deps.table.query(groupPartition('a', group!), '', { limit: 100 })
    return found.map(({ sort }) => sort).filter((sort) => /^(to#|incident#)/.test(sort))
  }
  const before = await items()
  // The alert is refreshed, and the sleeper does not know.
  here.time.now += 200_000
  await other([here.alert('m2', 1)])
  here.time.now += 150_000
  await sleeper([here.message('wake', { group })])
  expect(await items()).toEqual(before)
  expect(here.sent('delivery')).toEqual([first])
})
