import { describe } from 'vitest'
import { memoryQueue } from '../sim/queue.ts'
import { handClock } from './hand-clock.ts'
import { queueContract } from './queue.contract.ts'

describe('queue: the model of the simulator', () => {
  queueContract(() => {
    const clock = handClock()
    const queue = memoryQueue(clock)
    return { queue, receiver: queue, dead: () => queue.deadLetters(10), advance: clock.advance, fair: true }
  })
})
