import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, MINUTE, type Millis } from '../../shared/base/time.ts'

export interface Schedule {
  busy(): number
  /**
   * Runs now, or after the run that is under way. `everything` is handed to that run, and after a failure to the next
   * run: no other run finds what lies in the future.
   */
  runNow(everything: boolean): void
  stop(): Promise<void>
}

/**
 * Runs the sweep now and at every full minute, never two runs at once: the counterpart of EventBridge Scheduler on AWS.
 * A clock that is set changes which minute is full, and never the longest time between two runs: a minute.
 */
export function everyMinute(clock: Clock, run: (everything: boolean) => Promise<void>, log: Log): Schedule {
  let stopped = false
  let running: Promise<void> | undefined
  /** The next run that somebody asked for; absent: the next run is the one at the full minute. */
  let asked: { everything: boolean } | undefined
  let owesEverything = false
  let cancel = (): void => {}

  const tick = async (everything: boolean): Promise<void> => {
    try {
      await run(everything)
    } catch (error) {
      owesEverything ||= everything
      log({ function: 'host', what: 'the work of the minute', error: errorText(error) })
    }
    running = undefined
    if (stopped) return
    if (asked !== undefined) start()
    else cancel = clock.after(untilFullMinute(clock.now()), start)
  }
  const start = (): void => {
    const everything = owesEverything || asked?.everything === true
    asked = undefined
    owesEverything = false
    running = tick(everything)
  }

  start()
  return {
    busy: () => (running ? 1 : 0),
    runNow(everything) {
      asked = { everything: everything || asked?.everything === true }
      if (running !== undefined || stopped) return
      cancel()
      start()
    },
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}

/** A timer may fire a little early by the wall clock: a minute that is nearly full counts as full. */
const EARLY_MS = 10

function untilFullMinute(now: Millis): number {
  return (Math.floor((now + EARLY_MS) / MINUTE) + 1) * MINUTE - now
}
