import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, SECOND } from '../../shared/base/time.ts'

export interface Census {
  stop(): Promise<void>
}

/** Between two pages the census rests so many times as long as the page took, */
const RESTS = 9
/** and between two counts so many times as long as the count took: the count takes a hundredth of the time. */
const PAUSES = 100
const SHORTEST_PAUSE_MS = 5 * SECOND

/** Counts now, and again and again: `run` calls `rest` after each piece of work. */
export function startCensus(clock: Clock, run: (rest: () => Promise<void>) => Promise<void>, log: Log): Census {
  const ending = Promise.withResolvers<void>()
  let stopped = false
  const pause = (ms: number): Promise<void> => {
    const over = Promise.withResolvers<void>()
    const cancel = clock.after(ms, over.resolve)
    return Promise.race([over.promise, ending.promise]).finally(cancel)
  }
  const count = async (): Promise<number> => {
    let [worked, began] = [0, clock.elapsed()]
    await run(async () => {
      if (stopped) throw new Error('the host ends')
      const took = clock.elapsed() - began
      worked += took
      await pause(RESTS * took)
      began = clock.elapsed()
    })
    return worked
  }
  const working = (async () => {
    while (!stopped) {
      let worked = 0
      try {
        worked = await count()
      } catch (error) {
        if (!stopped) log({ function: 'host', what: 'counting alerts', error: errorText(error) })
      }
      await pause(Math.max(SHORTEST_PAUSE_MS, PAUSES * worked))
    }
  })()
  return {
    async stop() {
      stopped = true
      ending.resolve()
      await working
    },
  }
}
