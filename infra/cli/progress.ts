import type { Streams } from './command.ts'

export interface Progress {
  /** Draws the bar at intervals. `bytes` are the bytes read so far; the bar needs a known total. */
  show(bytes: number, records: number, matches: number): void
  /** Removes the bar before other output is written to the terminal. */
  hide(): void
}

const REDRAW_MS = 100
const WIDTH = 30
const CLEAR_LINE = '\r\u001b[K'

/** A bar on a terminal; no output when standard error goes into a file. */
export function createProgress(stderr: Streams['stderr'], totalBytes: number | undefined, now: () => number): Progress {
  if (!stderr.isTTY) return { show() {}, hide() {} }
  let drawnAt = Number.NEGATIVE_INFINITY
  return {
    show(bytes, records, matches) {
      if (now() - drawnAt < REDRAW_MS) return
      drawnAt = now()
      const counted = `${records.toLocaleString('en')} records, ${matches.toLocaleString('en')} matches`
      stderr.write(`${CLEAR_LINE}${totalBytes ? `${bar(bytes / totalBytes)}  ` : ''}${counted}`)
    },
    hide() {
      if (drawnAt === Number.NEGATIVE_INFINITY) return
      stderr.write(CLEAR_LINE)
      drawnAt = Number.NEGATIVE_INFINITY
    },
  }
}

function bar(share: number): string {
  const done = Math.min(1, share)
  const filled = Math.round(done * WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(done * 100)).padStart(3)} %`
}
