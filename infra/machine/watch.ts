import { errorText, type Log } from '../../shared/base/log.ts'
import type { Metrics } from '../../shared/base/metrics.ts'
import { type Clock, SECOND } from '../../shared/base/time.ts'
import type { SqliteFile } from '../../shared/sqlite/file.ts'
import type { Checked } from './check.ts'
import type { WatchedPart } from './watched-part.ts'

export interface WatchOptions {
  clock: Pick<Clock, 'after'>
  log: Log
  metrics: Metrics
  file: Pick<SqliteFile, 'trouble' | 'tryWrite'>
  parts: readonly WatchedPart[]
  check(signal: AbortSignal): Promise<Checked>
}

export interface Watch {
  /** Why this host cannot be relied on now, in words; empty: all is well. */
  complaints(): string[]
  stop(): Promise<void>
}

export const LOOK_MS = 15 * SECOND
/** A part that has work and does nothing for so many looks stands still. The longest attempt takes half a minute. */
const STILL_LOOKS = 4
/** The file is checked again after so many looks at least, */
const CHECK_LOOKS = 3
/** and a check takes at most this part of the time: a file that is read slowly is checked seldom. */
const CHECK_SHARE = 0.01

/**
 * Looks at the host every 15 seconds, by counts and not by times, so a machine that stood still makes no complaint. What an
 * operation meets in between is a complaint at once.
 */
export function startWatch(options: WatchOptions): Watch {
  const { clock, metrics } = options
  const ending = new AbortController()
  const checks = watchFile(options, ending.signal)
  const commits = watchCommits(options)
  const parts = watchParts(options)
  let looking: Promise<void> | undefined
  let cancel = (): void => {}

  const complaints = (): string[] => [...checks.complaints(), ...commits.complaints(), ...parts.complaints()]
  const look = async (): Promise<void> => {
    try {
      checks.look()
      parts.look()
      commits.look()
      metrics.set('tocsin_ready', {}, complaints().length === 0 ? 1 : 0)
    } catch (error) {
      options.log({ function: 'host', what: 'watching itself', error: errorText(error) })
    }
    if (!ending.signal.aborted) cancel = clock.after(LOOK_MS, begin)
  }
  const begin = (): void => {
    looking = look()
  }

  begin()
  return {
    complaints,
    async stop() {
      ending.abort()
      cancel()
      await Promise.all([looking, checks.ended()])
    },
  }
}

/** Whether the parts with work made progress. */
function watchParts({ parts, log, metrics }: WatchOptions) {
  const looks = parts.map((part) => ({ part, progress: -1, still: 0 }))
  const standing = (): WatchedPart[] => looks.filter(({ still }) => still >= STILL_LOOKS).map(({ part }) => part)
  return {
    look(): void {
      for (const look of looks) {
        const progress = look.part.progress()
        look.still = progress === look.progress && look.part.hasWork() ? look.still + 1 : 0
        look.progress = progress
        if (look.still === STILL_LOOKS) log({ function: look.part.name, what: 'stands still', error: 'no progress' })
      }
      const still = new Set(standing())
      for (const part of parts)
        metrics.set('tocsin_worker_stands_still', { worker: part.name }, still.has(part) ? 1 : 0)
    },
    complaints: () => standing().map(({ name }) => `${name} stands still`),
  }
}

/** Whether the disk takes writes. */
function watchCommits({ file }: WatchOptions) {
  let seen = 0
  let failing = false
  return {
    look(): void {
      try {
        file.tryWrite()
        failing = false
      } catch {
        // The file has noted the failure.
        failing = true
      }
      seen = file.trouble.failures().count
    },
    complaints(): string[] {
      const { count, last } = file.trouble.failures()
      return failing || count > seen ? [`the database cannot be used: ${last}`] : []
    },
  }
}

/** Whether the file is as it was written: a check of the whole file beside the other work, the first at the start. */
function watchFile({ file, check, log, metrics }: WatchOptions, ending: AbortSignal) {
  let damage: string[] = []
  let sign: string | undefined
  let looksUntilCheck = 0
  let checking: Promise<void> | undefined
  const report = (error: string): void => log({ function: 'host', what: 'the database is damaged', error })
  const run = async (): Promise<void> => {
    try {
      const { found, tookMs } = await check(ending)
      if (found.length === 0) file.trouble.forgetDamage()
      else if (found.join() !== damage.join()) report(found.join('; '))
      damage = found
      looksUntilCheck = Math.max(CHECK_LOOKS, Math.ceil(tookMs / CHECK_SHARE / LOOK_MS))
      metrics.set('tocsin_database_check_seconds', {}, tookMs / SECOND)
      metrics.add('tocsin_database_checks_total', { result: found.length === 0 ? 'sound' : 'damaged' })
    } catch (error) {
      looksUntilCheck = CHECK_LOOKS
      if (ending.aborted) return
      log({ function: 'host', what: 'checking the database', error: errorText(error) })
      metrics.add('tocsin_database_checks_total', { result: 'failed' })
    } finally {
      checking = undefined
    }
  }
  return {
    look(): void {
      const met = file.trouble.damage()
      if (met !== undefined && met !== sign) report(met)
      sign = met
      if (checking === undefined && looksUntilCheck-- <= 0) checking = run()
    },
    complaints: () => (damage.length > 0 || file.trouble.damage() !== undefined ? ['the database is damaged'] : []),
    ended: () => checking,
  }
}
