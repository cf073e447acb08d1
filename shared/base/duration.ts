import { DAY, HOUR, MINUTE, type Millis, SECOND } from './time.ts'

/** Prometheus' durations: units from large to small, a unit at most once; `0` needs no unit. */
export const DURATION = /^(?:0|(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?)$/
const UNITS: readonly (readonly [string, Millis])[] = [
  ['y', 365 * DAY],
  ['w', 7 * DAY],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
]
/** The range of Go's durations, 64 bits of nanoseconds. Prometheus refuses longer durations. */
const LONGEST_MS: Millis = 9_223_372_036_854

/** `5s`, `1h30m`, `500ms`, `0`. Undefined when the text is not a duration, or too long a duration for Prometheus. */
export function parseDuration(text: string): Millis | undefined {
  const match = text === '' || text.length > 100 ? null : DURATION.exec(text)
  if (match === null) return undefined
  let total = 0
  for (const [index, [, ms]] of UNITS.entries()) total += Number(match[index + 1] ?? 0) * ms
  return total <= LONGEST_MS ? total : undefined
}

/** The shortest text that reads back as the same duration. Years and weeks are used only where no rest is left over. */
export function formatDuration(ms: Millis): string {
  if (ms === 0) return '0s'
  let rest = ms
  let text = ''
  for (const [unit, size] of UNITS) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}

const GO = /^(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)/
const GO_UNITS = new Map<string, number>([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
])

/** Go's own durations (`1.5s`, `1h0m0s`), which a few fields of alertmanager.yml have; rounded to milliseconds. */
export function parseGoDuration(text: string): Millis | undefined {
  if (text === '0') return 0
  if (text === '' || text.length > 100) return undefined
  let rest = text
  let total = 0
  while (rest !== '') {
    const part = GO.exec(rest)?.[0]
    if (part === undefined) return undefined
    const number = Number.parseFloat(part)
    total += number * (GO_UNITS.get(part.replace(/^[\d.]+/, '')) ?? 0)
    rest = rest.slice(part.length)
  }
  return total <= LONGEST_MS ? Math.round(total) : undefined
}
