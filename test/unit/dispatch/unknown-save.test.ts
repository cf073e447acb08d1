import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { Unavailable } from '../../../shared/base/unavailable.ts'
import { type Table, WriteUnknown } from '../../../shared/table/port.ts'
import { brokenLine } from './setup.ts'

const LOST = 'the answer was lost'

/** The first save of a head throws, after it was made or instead. */
async function saves(made: boolean, error: Error) {
  const here = await brokenLine({ groupWait: '0s' })
  const { table } = here.deps
  let heads = 0
  const put: Table['put'] = async (item, when) => {
    if (item.sort !== 'head' || ++heads > 1) return await table.put(item, when)
    if (made) await table.put(item, when)
    throw error
  }
  here.deps.table = { ...table, put }
  const handled = await createDispatch(here.deps)([here.alert('m1', 1)])
  return { failed: handled.failed, sent: here.sent('delivery').map(({ attempt }) => attempt), heads }
}

test.each([
  ['was made: what it opened is sent', true],
  ['was not made: it is decided anew', false],
])('a save of unknown fate that %s, in the same invocation', async (_what, made) => {
  const { failed, sent, heads } = await saves(made, new WriteUnknown('table', 'PutItem', LOST))
  expect([failed, sent]).toEqual([[], [1]])
  expect(heads).toBeLessThanOrEqual(2)
})

test('a save to a table that is away hands the messages back', async () => {
  expect(await saves(true, new Unavailable('table', 'PutItem', LOST))).toMatchObject({ failed: ['m1'], sent: [] })
})
