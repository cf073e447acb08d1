import { type Clock, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { Round } from './worker.ts'

/** Of a round that was shorter there is nothing to save. */
const SHORT_ROUND_MS = 5
/** The pause is so many rounds long: what dispatch takes of a processor is at most one part in so many. */
const ROUNDS = 10
const MOST_PAUSE_MS = SECOND
const LATELY_MS = SECOND

export interface Pace {
  /** The queue that dispatch opens deliveries through: while it does, somebody waits to be told. */
  deliveries: Queue
  pauseMs(round: Round): number
}

/**
 * How long dispatch leaves alerts to gather before its next round: on AWS the batching window does that.
 * Saving a group costs about the same for one alert and for a hundred, so while nothing but alerts come
 * in, for groups whose time has not come, the pause grows with the work of a round, up to a second. Once
 * deliveries are opened there is none, and the wake of a group ends it (`worker.ts`): ticks stay exact.
 */
export function dispatchPace(clock: Clock, deliveries: Queue): Pace {
  let openedAt: Millis = Number.NEGATIVE_INFINITY
  return {
    deliveries: {
      send(messages) {
        openedAt = clock.now()
        return deliveries.send(messages)
      },
    },
    pauseMs({ tookMs, full }) {
      if (full || tookMs < SHORT_ROUND_MS || clock.now() - openedAt < LATELY_MS) return 0
      return Math.min(MOST_PAUSE_MS, ROUNDS * tookMs)
    },
  }
}
