/** Durations of Go: nanoseconds. */

const UNITS: readonly (readonly [name: string, ns: bigint])[] = [
  ['ns', 1n],
  ['µs', 1_000n],
  ['ms', 1_000_000n],
]
const SECOND = 1_000_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE

/** Duration.String: `1h2m3.5s`, and below a second in a smaller unit. */
export function durationText(ns: bigint): string {
  if (ns === 0n) return '0s'
  const sign = ns < 0n ? '-' : ''
  const length = ns < 0n ? -ns : ns
  if (length < SECOND) {
    const [name, unit] = UNITS.findLast(([, one]) => length >= one)!
    return `${sign}${decimal(length, unit)}${name}`
  }
  const seconds = `${decimal(length % MINUTE, SECOND)}s`
  const minutes = length >= MINUTE ? `${(length / MINUTE) % 60n}m` : ''
  const hours = length >= HOUR ? `${length / HOUR}h` : ''
  return sign + hours + minutes + seconds
}

function decimal(value: bigint, unit: bigint): string {
  const rest = value % unit
  const fraction =
    rest === 0n
      ? ''
      : `.${String(rest)
          .padStart(String(unit).length - 1, '0')
          .replace(/0+$/, '')}`
  return String(value / unit) + fraction
}

/** Go's int64: what is larger wraps or is clamped; durations are clamped. */
export function clampDuration(ns: bigint): bigint {
  const most = 2n ** 63n - 1n
  return ns > most ? most : ns < -most - 1n ? -most - 1n : ns
}

/** Duration.Round: half away from zero. */
export function roundDuration(ns: bigint, unit: bigint): bigint {
  if (unit <= 0n) return ns
  const rest = ns % unit
  const size = rest < 0n ? -rest : rest
  if (size * 2n < unit) return ns - rest
  return ns - rest + (ns < 0n ? -unit : unit)
}

export function truncateDuration(ns: bigint, unit: bigint): bigint {
  return unit <= 0n ? ns : ns - (ns % unit)
}

export { HOUR, MINUTE, SECOND }
