import { connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { createVirtualClock } from './virtual-clock.ts'

test('timers run at their exact moment, in the order of time and then of setTimeout', async () => {
  const clock = createVirtualClock(1000, () => 0)
  const ran: [string, number][] = []
  const note = (name: string) => () => ran.push([name, clock.now()])
  clock.at(1030, note('c'))
  clock.at(1010, note('a'))
  clock.at(1010, note('b'))
  clock.at(1041, note('too late'))
  clock.at(1020, note('cancelled'))()
  await clock.advanceTo(1040)
  expect([ran, clock.now()]).toEqual([
    [
      ['a', 1010],
      ['b', 1010],
      ['c', 1030],
    ],
    1040,
  ])
})

test('a timer set for the past runs without a move of the time', async () => {
  const clock = createVirtualClock(1000, () => 0)
  let ranAt = 0
  clock.at(5, () => (ranAt = clock.now()))
  await clock.settle()
  expect([ranAt, clock.now()]).toEqual([1000, 1000])
})

test('time stands still until work begun by a timer is over, real sockets included', async () => {
  const server = createServer((socket) => socket.end('pong'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  let busy = 0
  const clock = createVirtualClock(0, () => busy)
  const heard: number[] = []
  clock.at(10, () => {
    busy++
    connect(port, '127.0.0.1').on('data', () => {
      heard.push(clock.now())
      busy--
      clock.at(15, () => heard.push(clock.now()))
    })
  })
  await clock.advanceTo(1000)
  server.close()
  expect(heard).toEqual([10, 15])
})
