import { HOUR, MAX_MILLIS, MIN_MILLIS, type Millis, SECOND } from '../base/time.ts'

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
  return name === '' || (!ABBREVIATED.test(name) && zoneOf(name) !== undefined)
}

/**
 * Names that Intl takes and IANA does not have, often for another place than the reader means: `BST` is Dhaka, `CST`
 * Chicago. Documents from before may have such a name, so `wallTime` still knows these names.
 */
const ABBREVIATED = /^(?!(?:CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$)[A-Z]{3}$|^SystemV\//i

/** The moment as wall time in the zone; an absent zone is UTC. */
export function wallTime(at: Millis, zone?: string): WallTime {
  const known = zone === undefined ? undefined : zoneOf(zone)
  return inUtc(new Date(known === undefined ? at : at + offsetAt(known, at)))
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

interface Zone {
  format: Intl.DateTimeFormat
  /** Distances from UTC by the hour, of the last hours that were asked for. `changes`: not the same for the whole hour. */
  offsets: Map<number, Millis | 'changes'>
}

const MAX_OFFSETS = 1_000

/** The distance of the wall clock from UTC. To ask Intl takes thirty times as long as to look the distance up. */
function offsetAt({ format, offsets }: Zone, at: Millis): Millis {
  const hour = Math.floor(at / HOUR)
  let offset = offsets.get(hour)
  if (offset === undefined) {
    const first = askedOffset(format, hour * HOUR)
    // A zone changes its clocks at any minute, and not twice in an hour.
    offset = askedOffset(format, (hour + 1) * HOUR - 1) === first ? first : 'changes'
    if (offsets.size >= MAX_OFFSETS) offsets.clear()
    offsets.set(hour, offset)
  }
  return offset === 'changes' ? askedOffset(format, at) : offset
}

function askedOffset(format: Intl.DateTimeFormat, at: Millis): Millis {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name)!
  // A Date reads a year below 100 as of the twentieth century.
  const wall = new Date(0)
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'))
  wall.setUTCHours(part('hour'), part('minute'), part('second'))
  return wall.getTime() - Math.floor(at / SECOND) * SECOND
}

/** Zones by name: building a format costs far more than using a format. */
const zones = new Map<string, Zone>()

function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name)
  if (known !== undefined) return known
  // Intl also takes offsets (`+01:00`), which are not in IANA's list, and names in upper or lower case.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) return undefined
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { ...FIELDS, timeZone: name })
    if (zones.size >= MAX_ZONES) zones.clear()
    const zone = { format, offsets: new Map() }
    zones.set(name, zone)
    return zone
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
const MAX_ZONES = 1_000
