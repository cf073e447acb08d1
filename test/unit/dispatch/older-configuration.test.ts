import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { brokenLine } from './setup.ts'

test.each([
  ['people', { users: [{ id: 'test01', name: 'Kumer' }] }],
  ['configuration', { timeIntervals: [{ name: 'nights', time_intervals: [] }] }],
])('a worker that knows older %s hands the messages of a group back, and decides nothing', async (_what, body) => {
  const here = await brokenLine({ groupWait: '0s' })
  const older = await here.deps.configs.current('a')
  const behind = createDispatch({ ...here.deps, configs: { current: async () => older } })
  await here.configure(body)
  await createDispatch(here.deps)([here.alert('m1', 1)])
  const [told] = here.sent('delivery')
  const wake = here.message('wake', { group: told?.group })
  expect(await behind([wake])).toEqual({ failed: [wake.id] })
  expect(here.sent('delivery')).toEqual([told])
})
