import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, MINUTE, type Millis } from '../../shared/base/time.ts'

/** The memory of this process. */
export interface OwnMemory {
  /** Processor time so far, and the memory that the process has now. */
  usage(): { cpuMs: Millis; bytes: number }
  /** Collects all garbage. Everything else waits meanwhile. */
  collect(): void
}

export interface RestOptions {
  clock: Pick<Clock, 'after'>
  memory: OwnMemory
  /** Posts of alerts and records so far. */
  posts(): number
  /** No work is under way or waits. */
  isIdle(): boolean
  /** Caches. An entry that is forgotten is read again when a message needs the entry. */
  kept: readonly { forget(): void }[]
  log: Log
}

export const LOOK_MS = MINUTE / 2
/** Prometheus sends a firing alert again after a minute or so: after two minutes nothing kept was of use. */
const QUIET_LOOKS = 4
/** A process that uses a smaller share of a processor is quiet. */
const QUIET_SHARE = 0.02
/** A process that has not grown since the last rest has nothing to give back. */
const GROWN = 1.25

/**
 * Gives memory back when the host is quiet: while nothing is allocated, V8 collects no garbage and keeps all memory of a
 * storm. With its kept groups forgotten a host has little in use, so the one collection is short.
 */
export function startRest({ clock, memory, posts, isIdle, kept, log }: RestOptions): { stop(): void } {
  let cpuMs = memory.usage().cpuMs
  let posted = posts()
  /** The bytes after the last rest: V8 gives memory back some seconds after a collection, so the next look notes the bytes. */
  let left: number | 'not known yet' = 0
  let quiet = 0
  let cancel = (): void => {}
  const look = (): void => {
    cancel = clock.after(LOOK_MS, look)
    const now = memory.usage()
    quiet = posts() === posted && now.cpuMs - cpuMs <= QUIET_SHARE * LOOK_MS ? quiet + 1 : 0
    posted = posts()
    cpuMs = now.cpuMs
    if (left === 'not known yet') left = now.bytes
    if (quiet < QUIET_LOOKS || now.bytes <= GROWN * left) return
    try {
      if (!isIdle()) return
      for (const one of kept) one.forget()
      memory.collect()
    } catch (error) {
      log({ function: 'host', what: 'giving memory back', error: errorText(error) })
    }
    left = 'not known yet'
    quiet = 0
    cpuMs = memory.usage().cpuMs
  }
  cancel = clock.after(LOOK_MS, look)
  return { stop: () => cancel() }
}
