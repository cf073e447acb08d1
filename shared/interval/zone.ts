import { MAX_MILLIS, MIN_MILLIS, type Millis } from '../base/time.ts'

/** Calendar date and time of day in a zone. `month` is 1..12, `weekday` 0 for Sunday. */
export interface WallTime {
  year: number
  month: number
  day: number
  weekday: number
  minuteOfDay: number
  second: number
}

/** Whether the name is an IANA zone known to this version of Node; the empty name is UTC. */
export function isZone(name: string): boolean {
  return name === '' || formatOf(name) !== undefined
}

/** The moment as wall time in the zone; an absent zone is UTC. */
export function wallTime(at: Millis, zone?: string): WallTime {
  const format = zone === undefined ? undefined : formatOf(zone)
  return format === undefined ? inUtc(new Date(at)) : inZone(format, at)
}

/** `2026-01-14 16:04:30` */
export function wallText(at: Millis, timeZone: string): string {
  const wall = wallTime(Math.min(Math.max(at, MIN_MILLIS), MAX_MILLIS), timeZone)
  const two = (number: number): string => String(number).padStart(2, '0')
  const day = [String(wall.year).padStart(4, '0'), two(wall.month), two(wall.day)].join('-')
  return `${day} ${[two(Math.floor(wall.minuteOfDay / 60)), two(wall.minuteOfDay % 60), two(wall.second)].join(':')}`
}
function inUtc(date: Date): WallTime {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minuteOfDay: date.getUTCHours() * 60 + date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  }
}

function inZone(format: Intl.DateTimeFormat, at: Millis): WallTime {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const [year, month, day] = [parts.get('year')!, parts.get('month')!, parts.get('day')!]
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const minuteOfDay = parts.get('hour')! * 60 + parts.get('minute')!
  return { year, month, day, weekday, minuteOfDay, second: parts.get('second')! }
}

/** Formats by zone: building a format costs far more than using a format. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone)
  if (known !== undefined) return known
  // Intl also takes offsets (`+01:00`), which are not in IANA's list, and names in upper or lower case.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(zone)) return undefined
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { ...FIELDS, timeZone: zone })
    if (formats.size >= MAX_FORMATS) formats.clear()
    formats.set(zone, format)
    return format
  } catch {
    return undefined
  }
}

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
  hourCycle: 'h23',
} as const

/** Mixtures of upper and lower case are different keys of the same zone. */
const MAX_FORMATS = 1_000
