import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, MINUTE } from '../../shared/base/time.ts'

export interface Schedule {
  busy(): number
  stop(): Promise<void>
}

/**
 * Runs the sweep now and at every full minute, never two runs at once: the counterpart of EventBridge Scheduler on AWS.
 */
export function everyMinute(clock: Clock, run: () => Promise<void>, log: Log): Schedule {
  let stopped = false
  let running: Promise<void> | undefined
  let cancel = (): void => {}

  const tick = async (): Promise<void> => {
    try {
      await run()
    } catch (error) {
      log({ function: 'host', what: 'the work of the minute', error: errorText(error) })
    }
    running = undefined
    if (!stopped) cancel = clock.at((Math.floor(clock.now() / MINUTE) + 1) * MINUTE, start)
  }
  const start = (): void => {
    running = tick()
  }

  start()
  return {
    busy: () => (running ? 1 : 0),
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
