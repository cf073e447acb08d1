import { describe } from 'vitest'
import { sqliteQueue } from '../../shared/queue/sqlite.ts'
import { openSqlite } from '../../shared/store/sqlite-file.ts'
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
