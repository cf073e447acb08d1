import { errorText, type Log } from '../../shared/base/log.ts'
import { type Clock, type Millis, SECOND } from '../../shared/base/time.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import type { Serving } from './http.ts'
import type { Machine } from './wire.ts'

/**
 * The file and all memory of this process that was made from the file: workers, kept groups and configurations,
 * refreshes. A failed commit ends a generation, and the next generation knows as much as a new process would know.
 *
 * - The old generation answers and sends no more: `SqliteFile.durable` lets nothing out. The workers of the new generation
 *   begin after the end of the old workers, so no send overtakes an older send.
 * - The new generation serves requests at once. The file takes no writes until a test write succeeds: a request that
 *   writes is answered 503, as `/-/ready` is.
 */
export interface Generation {
  file: SqliteFile
  machine: Machine
}

export interface GenerationsOptions {
  clock: Clock
  log: Log
  first: Generation
  /** Opens the file again, and makes everything else anew. Throws when the file cannot be opened. */
  next(failure: unknown): Generation
  /** The process cannot go on: the file cannot be opened. */
  giveUp(error: unknown): void
}

export interface Generations {
  /** What serves a request that begins now. */
  serving(): Serving
  busy(): number
  /** Receives no more; resolves when the work under way is over, or after `graceMs`. */
  stop(graceMs: Millis): Promise<void>
  /** Commits what waits, and closes the file. */
  close(): void
}

/** From one test write to the next, and from one generation to the next. */
const PAUSE_MS = SECOND

export function startGenerations({ clock, log, first, next, giveUp }: GenerationsOptions): Generations {
  let present: Generation
  let began: Millis
  let replacing: Promise<void> | undefined
  const stopping = Promise.withResolvers<void>()
  let stopped = false

  const adopt = (generation: Generation): void => {
    present = generation
    began = clock.elapsed()
    generation.file.onFailure((failure) => {
      log({ function: 'host', what: 'a commit failed', error: errorText(failure) })
      if (!stopped) replace(failure)
    })
  }
  const replace = (failure: unknown): void => {
    const old = present
    const lastedMs = clock.elapsed() - began
    try {
      // The old file is still open: SQLite moves the log into the file when the last connection is closed, and the disk may
      // be full.
      adopt(next(failure))
    } catch (error) {
      return giveUp(error)
    }
    old.file.close()
    replacing = begin(old, present, PAUSE_MS - lastedMs).finally(() => (replacing = undefined))
  }
  const begin = async (old: Generation, { file, machine }: Generation, pauseMs: Millis): Promise<void> => {
    await Promise.race([old.machine.stop(), stopping.promise])
    for (let ms = pauseMs; !stopped; ms = PAUSE_MS) {
      if (ms > 0) await pause(ms)
      if (stopped || !takesWrites(file)) continue
      machine.start()
      return
    }
  }
  const pause = (ms: Millis): Promise<void> => {
    const over = Promise.withResolvers<void>()
    const cancel = clock.after(ms, over.resolve)
    return Promise.race([over.promise, stopping.promise]).finally(cancel)
  }

  adopt(first)
  return {
    serving: () => ({ handle: present.machine.handle, durable: present.machine.table.durable }),
    busy: () => present.machine.busy() + (present.file.pending() ? 1 : 0),
    async stop(graceMs) {
      stopped = true
      stopping.resolve()
      await replacing
      await present.machine.stop(graceMs)
    },
    close: () => present.file.close(),
  }
}

function takesWrites(file: SqliteFile): boolean {
  try {
    file.tryWrite()
    return true
  } catch {
    return false
  }
}
