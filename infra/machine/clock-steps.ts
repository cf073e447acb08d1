import { errorText, type Log } from '../../shared/base/log.ts'
import { DAY, HOUR, type Millis } from '../../shared/base/time.ts'
import type { Receiver } from '../../shared/queue/receiver.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import { type HostClock, SMALLEST_STEP_MS } from '../clock.ts'
import type { Schedule } from './schedule.ts'

export interface FollowedSteps {
  clock: HostClock
  file: Pick<SqliteFile, 'knownAt'>
  queues: Readonly<Record<string, Receiver>>
  sweeps: Schedule
  log: Log
}

/**
 * Follows the wall clock when it is set, now and while no process ran. Back: delayed messages keep the rest of their
 * delays, and every group is looked at, since what a group waits for lies as far ahead as the clock was set back
 * (`shared/group/set-back.ts`). Forward: what is due by now is looked at.
 */
export function followSteps({ clock, file, queues, sweeps, log }: FollowedSteps): { stop(): void } {
  const follow = async (byMs: number): Promise<void> => {
    log({ function: 'host', what: `the clock was set ${byMs < 0 ? 'back' : 'forward'} by ${Math.abs(byMs)} ms` })
    for (const receiver of Object.values(queues)) {
      await receiver.clockStepped(byMs).catch((error: unknown) => {
        log({ function: 'host', what: 'following the clock', error: errorText(error) })
      })
    }
    sweeps.runNow(byMs < 0)
  }
  const aheadMs = file.knownAt - clock.now()
  if (aheadMs > SMALLEST_STEP_MS) void follow(-aheadMs)
  return { stop: clock.onStep((byMs) => void follow(byMs)) }
}

/**
 * The moment at which this process began, by the present clock: earlier after the clock was set back, so that nothing
 * that this process began looks older than the process.
 */
export function beganBy(clock: HostClock): () => Millis {
  let began = clock.now()
  const elapsed = clock.elapsed()
  return () => {
    began = Math.min(began, clock.now() - (clock.elapsed() - elapsed))
    return began
  }
}

/** The time for which nothing is removed after a clock was set forward by more than a day. */
const KEEP_ALL_MS = HOUR

/**
 * Removes what has expired by the wall clock, as `expire` does, or nothing for a while. A clock that was set forward by
 * mistake would expire everything at once, so there is time to set the clock right, also after a start.
 */
export function createRetention(
  clock: HostClock,
  knownAt: Millis,
  expire: () => Promise<number>,
): { expire(): Promise<number>; stop(): void } {
  const longAgo = knownAt > 0 && clock.now() - knownAt > DAY
  let from = longAgo ? clock.elapsed() + KEEP_ALL_MS : Number.NEGATIVE_INFINITY
  const stop = clock.onStep((byMs) => {
    if (byMs > DAY) from = clock.elapsed() + KEEP_ALL_MS
  })
  return { expire: async () => (clock.elapsed() >= from ? await expire() : 0), stop }
}
