import { writeSync } from 'node:fs'
import process from 'node:process'
import { format } from 'node:util'
import { errorText, type Log, type LogEntry } from '../../shared/base/log.ts'
import { toRfc3339 } from '../../shared/base/time.ts'
import { systemClock } from '../clock.ts'

type Level = 'info' | 'warning' | 'error'

const [STDOUT, STDERR] = [1, 2]

/** One line of JSON for each entry, written at once: no line is lost at an exit. */
function write(level: Level, entry: LogEntry): void {
  const line = `${JSON.stringify({ at: toRfc3339(systemClock.now()), level, ...entry })}\n`
  try {
    writeSync(level === 'info' ? STDOUT : STDERR, line)
  } catch {
    // Nobody reads any more, or the disk of the log is full: the work goes on without a log. The streams of Node would
    // end the process, or be closed for good.
  }
}

/** The log of the functions and of the host. */
export const logError: Log = (entry) => write('error', entry)

/** The life of the process: `what` in words, and facts of the moment. */
export function logInfo(what: string, facts: Record<string, string> = {}): void {
  write('info', { function: 'host', what, ...facts })
}

/**
 * Every line that anybody in this process writes is an entry of the log: warnings of Node, the console of a library, an
 * error that nobody caught. After such an error the state of the process is unknown: the process ends, and what was
 * accepted is on disk. Only a native report of Node itself (no memory left) has no entry.
 */
export function logEverything(): void {
  // Node's own listener prints plain text.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => write('warning', { function: 'host', what: 'warning', error: errorText(warning) }))
  for (const method of ['log', 'info', 'debug', 'warn', 'error', 'trace'] as const) {
    console[method] = (...words: unknown[]) =>
      write(method === 'warn' || method === 'error' ? 'warning' : 'info', {
        function: 'host',
        what: 'console',
        error: errorText(format(...words)),
      })
  }
  process.on('uncaughtException', (error) => {
    write('error', { function: 'host', what: 'uncaught', error: errorText(error) })
    process.exit(1)
  })
}
