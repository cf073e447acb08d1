import { DAY, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { wallTime } from './zone.ts'

/** A property of moments that depends on the wall time of one zone. */
export interface WallProperty {
  zone: string
  /** Minutes of the day at which the property may change; midnight may change it too. */
  minutes: readonly number[]
  holds(at: Millis): boolean
}

/** Days that are looked at. A change that lies further off is looked for again at the end of the last day. */
const DAYS_AHEAD = 8

/**
 * The next moment after `from` at which the property may be another; at most eight days ahead. Only a few moments can be
 * it: the given times of each day, and the moments at which the clock of the zone is set.
 */
export function nextChange({ zone, minutes, holds }: WallProperty, from: Millis): Millis {
  const before = holds(from)
  const last = from + DAYS_AHEAD * DAY
  const moments = [...moment(zone, minutes, from)].filter((at) => at > from && at < last).sort((a, b) => a - b)
  return moments.find((at) => holds(at) !== before) ?? last
}

function* moment(zone: string, minutes: readonly number[], from: Millis): Generator<Millis> {
  const offsets = new Set<Millis>()
  for (let day = -1; day <= DAYS_AHEAD + 1; day++) {
    const [at, next] = [from + day * DAY, from + (day + 1) * DAY]
    offsets.add(offsetAt(at, zone))
    if (offsetAt(at, zone) !== offsetAt(next, zone)) yield clockChange(at, next, zone)
  }
  const ofDay = new Set([0, ...minutes])
  for (const offset of offsets) {
    const midnight = Math.floor((from + offset) / DAY) * DAY - offset
    for (let day = -1; day <= DAYS_AHEAD; day++) {
      for (const minute of ofDay) yield midnight + day * DAY + minute * MINUTE
    }
  }
}

/** The moment between two moments from which on the clock of the zone has the later offset. */
function clockChange(from: Millis, until: Millis, zone: string): Millis {
  const before = offsetAt(from, zone)
  let [early, late] = [from, until]
  while (late - early > SECOND) {
    const middle = early + Math.floor((late - early) / 2)
    if (offsetAt(middle, zone) === before) early = middle
    else late = middle
  }
  // Clocks are set at whole seconds.
  return Math.floor(late / SECOND) * SECOND
}

/** How far the clock on the wall is ahead of UTC. */
function offsetAt(at: Millis, zone: string): Millis {
  const second = Math.floor(at / SECOND) * SECOND
  const { year, month, day, minuteOfDay, second: seconds } = wallTime(second, zone)
  return new Date(0).setUTCFullYear(year, month - 1, day) + minuteOfDay * MINUTE + seconds * SECOND - second
}
