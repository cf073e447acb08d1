import { describe, expect, test } from 'vitest'
import { openSqlite } from '../../shared/sqlite/file.ts'
import { sqliteQueue } from '../../shared/sqlite/queue.ts'
import { handClock } from './hand-clock.ts'
import { queueContract } from './queue.contract.ts'

describe('queue: sqlite', () => {
  queueContract(() => {
    const clock = handClock()
    const file = openSqlite(':memory:')
    const queue = sqliteQueue(file, clock, 'alerts')
    const dead = () => queue.deadLetters(10)
    return { queue, receiver: queue, dead, advance: clock.advance, fair: true, close: () => file.close() }
  })
})

test('of many large messages no more are received at once than fit into memory, of every account some', async () => {
  const file = openSqlite(':memory:')
  const queue = sqliteQueue(file, handClock(), 'alerts')
  for (const account of ['storm', 'calm']) {
    for (let index = 0; index < 20; index++) await queue.send([{ account, body: account.padEnd(1_000_000, '.') }])
  }
  const sizes: number[] = []
  for (let left = 40; left > 0; ) {
    const received = await queue.receive(1000)
    sizes.push(received.reduce((sum, { body }) => sum + body.length, 0))
    if (left === 40) expect(new Set(received.map(({ body }) => body.slice(0, 4)))).toEqual(new Set(['stor', 'calm']))
    left -= received.length
    await queue.ack(received.map(({ id }) => id))
  }
  expect(Math.max(...sizes)).toBeLessThan(17 * 1024 * 1024)
  file.close()
})
