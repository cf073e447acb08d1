import { once } from 'node:events'
import type { Streams } from './command.ts'
import { createProgress } from './progress.ts'

/** The totals of the run so far. */
export interface RunTotals {
  bytes: number
  records: number
  matches: number
}

export interface Output {
  /** Kept until the next `flush`. */
  line(text: string): void
  /** Waits while the reader is slower. */
  flush(totals: RunTotals): Promise<void>
  /** Prints a line on standard error. */
  say(text: string): void
}

/**
 * Matches on standard output, every other message on standard error. Between messages a progress bar, when standard
 * error is a terminal.
 */
export function createOutput({ stdout, stderr }: Streams, totalBytes: number | undefined): Output {
  const progress = createProgress(stderr, totalBytes, Date.now)
  let lines = ''
  return {
    line: (text) => {
      lines += `${text}\n`
    },
    async flush({ bytes, records, matches }) {
      if (lines !== '') {
        if (stdout.isTTY) progress.hide()
        const room = stdout.write(lines)
        lines = ''
        if (!room) await once(stdout, 'drain')
      }
      progress.show(bytes, records, matches)
    },
    say(text) {
      progress.hide()
      stderr.write(`${text}\n`)
    },
  }
}
