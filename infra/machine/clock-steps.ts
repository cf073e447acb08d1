import { errorText, type Log } from '../../shared/base/log.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import type { Receiver } from '../../shared/sqlite/queue.ts'
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
 * (`shared/group/reach.ts`). Forward: what is due by now is looked at. Returns a function that ends this.
 */
export function followSteps({ clock, file, queues, sweeps, log }: FollowedSteps): () => void {
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
  return clock.onStep((byMs) => void follow(byMs))
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
