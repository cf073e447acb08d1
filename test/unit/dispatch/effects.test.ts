import { expect, test } from 'vitest'
import { createDispatch } from '../../../functions/dispatch/handler.ts'
import { brokenLine } from './setup.ts'

test('a delivery that was decided and not sent is sent when its message comes again, and only then', async () => {
  const here = await brokenLine({ groupWait: '0s' })
  const dispatch = createDispatch(here.deps)
  here.breakQueues(true)
  expect((await dispatch([here.alert('m1', 1)])).failed).toEqual(['m1'])
  here.breakQueues(false)
  expect(await dispatch([here.alert('m1', 2)])).toEqual({ failed: [] })
  const [first] = here.sent('delivery')
  expect(first).toMatchObject({ attempt: 1, target: 'hook' })
  expect(await dispatch([here.alert('m1', 3)])).toEqual({ failed: [] })
  expect(here.sent('delivery')).toEqual([first, first])
  await dispatch([here.alert('m2', 1)])
  expect(here.sent('delivery')).toHaveLength(2)
})

test('what a group decided is counted once, by the kind of entry and the code of the reason', async () => {
  const here = await brokenLine({ groupWait: '0s' })
  const dispatch = createDispatch(here.deps)
  for (const receives of [1, 2]) await dispatch([here.alert('m1', receives)])
  const counted = here.metrics.render().split('\n')
  expect(counted.filter((line) => line.startsWith('tocsin_decisions_total{')).sort()).toEqual([
    'tocsin_decisions_total{kind="opened",reason="alerts-fire"} 1',
    'tocsin_decisions_total{kind="telling",reason="first"} 1',
  ])
})

test('an entry of several targets counts once for each target', async () => {
  const here = await brokenLine({ groupWait: '0s', targets: ['a', 'b', 'c'] })
  await createDispatch(here.deps)([here.alert('m1', 1)])
  expect(here.metrics.render()).toContain('tocsin_decisions_total{kind="telling",reason="first"} 3\n')
})

test('a wake that was decided and not sent is sent again, for the moment it was armed for', async () => {
  const here = await brokenLine({ groupWait: '30s' })
  const dispatch = createDispatch(here.deps)
  here.breakQueues(true)
  await dispatch([here.alert('m1', 1)])
  here.breakQueues(false)
  await dispatch([here.alert('m1', 2)])
  expect(here.sent('wake')).toMatchObject([{ at: here.now + 30_000 }])
})

test.each([
  ['on aws share messages of five', 8192, ['0,1,2,3,4', '5,6']],
  ['on one machine do not', undefined, ['0', '1', '2', '3', '4', '5', '6']],
])('wakes of groups for the same second %s', async (_, carries, expected) => {
  const here = await brokenLine({ groupWait: '30s' })
  here.deps.deliveries = { ...here.deps.deliveries, carries }
  const posted = JSON.parse(here.alert('m1', 1).body) as { alerts: object[] }
  const alerts = Array.from({ length: 7 }, (_, index) => ({ ...posted.alerts[0], labels: { alertname: `${index}` } }))
  await createDispatch(here.deps)([{ ...here.alert('m1', 1), body: JSON.stringify({ ...posted, alerts }) }])
  const single = here.sent('wake').map(({ group, at }) => [{ group, at }])
  const messages = [...here.sent('wakes').map(({ wakes }) => wakes as object[]), ...single]
  expect(messages.flat()).toEqual(
    Array.from({ length: 7 }, () => ({ group: expect.any(String), at: here.now + 30_000 })),
  )
  expect(new Set(messages.flat().map((wake) => JSON.stringify(wake))).size).toBe(7)
  expect(messages.map(({ length }) => length)).toEqual(expected.map((one) => one.split(',').length))
})

test.each([
  ['where messages carry words', 1, true],
  ['where they do not, as on one machine', 1, undefined],
  ['of a batch with more than a hundred: what a storm tells is shown at once', 101, undefined],
])('nobody waits for the arrival of a first message: %s', async (_, targets, lazy) => {
  const here = await brokenLine({ groupWait: '0s', targets: Array.from({ length: targets }, (_, n) => `hook${n}`) })
  const carries = lazy === undefined && targets === 1 ? undefined : 8192
  here.deps.deliveries = { ...here.deps.deliveries, carries }
  await createDispatch(here.deps)([here.alert('m1', 1)])
  const shared = here.sent('deliveries').flatMap(({ deliveries }) => deliveries as { lazy?: true }[])
  const sent = [...here.sent('delivery'), ...shared]
  expect(sent.map((one) => one.lazy)).toEqual(Array.from({ length: targets }, () => lazy))
})

test.each([
  ['on aws share a message', 8192, [8]],
  ['on one machine do not', undefined, Array.from({ length: 8 }, () => 1)],
])('deliveries of a ledger %s', async (_, carries, expected) => {
  const here = await brokenLine({ groupWait: '0s', targets: Array.from({ length: 8 }, (_, n) => `hook${n}`) })
  here.deps.deliveries = { ...here.deps.deliveries, carries }
  await createDispatch(here.deps)([here.alert('m1', 1)])
  const shared = here.sent('deliveries').map(({ deliveries }) => deliveries as { target: string }[])
  const messages = [...shared, ...here.sent('delivery').map((one) => [one as unknown as { target: string }])]
  expect(new Set(messages.flat().map(({ target }) => target)).size).toBe(8)
  expect(messages.map(({ length }) => length)).toEqual(expected)
})

test('a message that is sent again asks for a report', async () => {
  const here = await brokenLine({ groupWait: '0s' })
  here.deps.deliveries = { ...here.deps.deliveries, carries: 8192 }
  const dispatch = createDispatch(here.deps)
  for (const receives of [1, 2]) await dispatch([here.alert('m1', receives)])
  expect(here.sent('delivery').map(({ lazy }) => lazy)).toEqual([true, undefined])
})

test.each([
  ['one after the other on one machine', undefined, [1, 1, 1, 1]],
  ['at once on aws', 8192, [1, 2, 3, 4]],
])('the groups of a batch are decided on %s', async (_, carries, expected) => {
  const here = await brokenLine({ groupWait: '30s' })
  here.deps.deliveries = { ...here.deps.deliveries, carries }
  const { table } = here.deps
  // Groups whose head was looked for and is not saved yet, at each look.
  const open: number[] = []
  let looks = 0
  let saves = 0
  here.deps.table = {
    ...table,
    get(key) {
      if (key.sort === 'head') open.push(++looks - saves)
      return table.get(key)
    },
    put(item, when) {
      if (item.sort === 'head') saves++
      return table.put(item, when)
    },
  }
  const posted = JSON.parse(here.alert('m1', 1).body) as { alerts: object[] }
  const alerts = expected.map((_, index) => ({ ...posted.alerts[0], labels: { alertname: `${index}` } }))
  await createDispatch(here.deps)([{ ...here.alert('m1', 1), body: JSON.stringify({ ...posted, alerts }) }])
  expect(open).toEqual(expected)
})
