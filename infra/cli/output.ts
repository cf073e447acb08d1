import { once } from 'node:events'
import type { Streams } from './command.ts'
import { createProgress, type ProgressState } from './progress.ts'

export interface Output {
  /** Kept until the next `flush`. */
  line(text: string): void
  /** Waits while the reader is slower. */
  flush(state: ProgressState): Promise<void>
  /** Prints a line on standard error. */
  say(text: string): void
}

/**
 * Matches on standard output, every other message on standard error. Between messages a progress bar, when standard
 * error is a terminal.
 */
export function createOutput({ stdout, stderr }: Streams, totalBytes: number | undefined): Output {
  const progress = createProgress(stderr, totalBytes, () => performance.now())
  let lines = ''
  return {
    line: (text) => {
      lines += `${text}\n`
    },
    async flush(state) {
      if (lines !== '') {
        if (stdout.isTTY) progress.hide()
        const room = stdout.write(lines)
        lines = ''
        if (!room) await once(stdout, 'drain')
      }
      progress.show(state)
    },
    say(text) {
      progress.hide()
      stderr.write(`${text}\n`)
    },
  }
}
