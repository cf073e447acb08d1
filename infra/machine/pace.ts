import { type Clock, type Millis, SECOND } from '../../shared/base/time.ts'
import type { Queue } from '../../shared/queue/port.ts'
import type { Round } from './worker.ts'

/** A shorter round has no work worth saving. */
const SHORT_ROUND_MS = 5
/** The pause is this many rounds long, so dispatch takes at most that fraction of a processor. */
const ROUNDS = 10
const MOST_PAUSE_MS = SECOND
const LATELY_MS = SECOND

export interface Pace {
  /** The queue on which dispatch opens deliveries: a message there means that people wait for a notification. */
  deliveries: Queue
  pauseMs(round: Round): number
}

/**
 * The time for which dispatch lets alerts gather before the next round; on AWS the batching window has this effect.
 * Saving a group costs about the same for a single alert as for a hundred. So the pause grows with the work of a round,
 * up to a second, while only alerts come in for groups whose time has not come. Once deliveries are opened the pause is
 * zero, and the wake of a group ends the pause (`worker.ts`): ticks stay exact.
 */
export function dispatchPace(clock: Clock, deliveries: Queue): Pace {
  let openedAt: Millis = Number.NEGATIVE_INFINITY
  return {
    deliveries: {
      send(messages) {
        openedAt = clock.elapsed()
        return deliveries.send(messages)
      },
    },
    pauseMs({ tookMs, more }) {
      if (more || tookMs < SHORT_ROUND_MS || clock.elapsed() - openedAt < LATELY_MS) return 0
      return Math.min(MOST_PAUSE_MS, ROUNDS * tookMs)
    },
  }
}
