import type { Streams } from './command.ts'

export interface ProgressState {
  /** Bytes read so far, of all inputs. */
  bytes: number
  records: number
  matches: number
  /** The input that is being read: the name and the number of the input. */
  input: { name: string; number: number; of: number }
}

export interface Progress {
  /** Draws the bar at intervals. */
  show(state: ProgressState): void
  /** Removes the bar before other output is written to the terminal. */
  hide(): void
}

const REDRAW_MS = 100
const WIDTH = 30
const CLEAR_LINE = '\r\u001b[K'
/** Before that time a rate says nothing. */
const RATE_AFTER_MS = 1000
/** The width of a terminal that does not tell its width. */
const USUAL_COLUMNS = 80

/**
 * A bar on a terminal; no output when standard error goes into a file. Without a total, standard input is among the
 * inputs, and nobody knows how much is left.
 */
export function createProgress(stderr: Streams['stderr'], totalBytes: number | undefined, now: () => number): Progress {
  if (!stderr.isTTY) return { show() {}, hide() {} }
  const startedAt = now()
  let drawnAt = Number.NEGATIVE_INFINITY
  return {
    show(state) {
      if (now() - drawnAt < REDRAW_MS) return
      drawnAt = now()
      const line = progressLine(state, totalBytes, drawnAt - startedAt)
      // A line that breaks cannot be removed.
      stderr.write(CLEAR_LINE + line.slice(0, (stderr.columns ?? USUAL_COLUMNS) - 1))
    },
    hide() {
      if (drawnAt === Number.NEGATIVE_INFINITY) return
      stderr.write(CLEAR_LINE)
      drawnAt = Number.NEGATIVE_INFINITY
    },
  }
}

/** The parts in the order of their worth: a narrow terminal cuts the last ones off. */
export function progressLine(
  { bytes, records, matches, input }: ProgressState,
  totalBytes: number | undefined,
  elapsedMs: number,
): string {
  const parts = [`${counted(records)} records`, `${counted(matches)} matches`]
  if (elapsedMs >= RATE_AFTER_MS) {
    parts.push(`${counted((records / elapsedMs) * 1000)}/s`)
    if (totalBytes && bytes > 0) parts.push(`${timeText((elapsedMs / bytes) * Math.max(0, totalBytes - bytes))} left`)
  }
  parts.push(input.of > 1 ? `${input.number} of ${input.of}: ${input.name}` : input.name)
  return `${totalBytes ? `${bar(bytes / totalBytes)}  ` : ''}${parts.join(', ')}`
}

function counted(number: number): string {
  return Math.round(number).toLocaleString('en')
}

/** `45 s`, `3 min`, `2 h 5 min`; rounded up, so the end never comes later than promised by rounding. */
function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function bar(share: number): string {
  const done = Math.min(1, share)
  const filled = Math.round(done * WIDTH)
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${String(Math.floor(done * 100)).padStart(3)} %`
}
