import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, MINUTE, SECOND } from '../../shared/base/time.ts'

export interface Census {
  stop(): Promise<void>
}

/** Between two pages the census rests so many times as long as the page took, */
const RESTS = 9
/** and between two counts so many times as long as the count took: the count takes a hundredth of the time. */
const PAUSES = 100
const SHORTEST_PAUSE_MS = 5 * SECOND

/** Nobody has read the metrics for so long: a count would be for nobody. */
const READ_LATELY_MS = 5 * MINUTE

/** The metrics, and the moment, by `elapsed`, at which somebody last read them. */
export function noteReads<M extends { render(): string }>(clock: Clock, metrics: M): { metrics: M; readAt(): number } {
  let at = Number.NEGATIVE_INFINITY
  const render = (): string => {
    at = clock.elapsed()
    return metrics.render()
  }
  return { metrics: { ...metrics, render }, readAt: () => at }
}

interface CensusDeps {
  clock: Clock
  /** Calls `rest` after each piece of work. */
  run(rest: () => Promise<void>): Promise<void>
  log: Log
  /** The moment, by `elapsed`, at which somebody last read the metrics. */
  readAt(): number
}

/** Counts now, and again and again while somebody reads the metrics: reading every group is not free. */
export function startCensus({ clock, run, log, readAt }: CensusDeps): Census {
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
    for (let first = true; !stopped; first = false) {
      let worked = 0
      try {
        if (first || clock.elapsed() - readAt() < READ_LATELY_MS) worked = await count()
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
