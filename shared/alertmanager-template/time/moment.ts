import { SECOND } from '../../base/time.ts'
import { UTC, type Zone } from './zone.ts'

/** Go's time.Time: nanoseconds since 1970, and the zone in which the time is shown. */
export interface Moment {
  ns: bigint
  zone: Zone
}

const NS_PER_MS = 1_000_000n
const NS_PER_SECOND = 1_000_000_000n

/** 0001-01-01T00:00:00Z, which stands for "not set". */
export const ZERO_NS = -62135596800n * NS_PER_SECOND

export function momentAt(ms: number, zone: Zone = UTC): Moment {
  return { ns: BigInt(Math.trunc(ms)) * NS_PER_MS, zone }
}

function millisOf({ ns }: Moment): number {
  return Number(floorDivide(ns, NS_PER_MS))
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}

/** Date and time of day in the zone of the moment. */
export interface Wall {
  year: number
  /** From 1. */
  month: number
  day: number
  /** 0: Sunday. */
  weekday: number
  /** From 1. */
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  offset: number
  abbreviation: string
  summer: boolean
}

export function wallOf(moment: Moment): Wall {
  const seconds = floorDivide(moment.ns, NS_PER_SECOND)
  const place = moment.zone.at(millisOf(moment))
  const date = new Date((Number(seconds) + place.offset) * SECOND)
  const year = date.getUTCFullYear()
  const midnight = date.getTime() - (date.getTime() % 86_400_000)
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    yearDay: Math.round((midnight - firstOf(year)) / 86_400_000) + 1,
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(moment.ns - seconds * NS_PER_SECOND),
    ...place,
  }
}

function firstOf(year: number): number {
  return new Date(Date.UTC(2000, 0, 1)).setUTCFullYear(year)
}

/** The moment of a date and a time of day in a zone; values beyond a month or a day go on in the next. */
export function momentOf(
  date: { year: number; month: number; day: number },
  time: { hour: number; minute: number; second: number; nanosecond: number },
  zone: Zone,
): Moment {
  const { hour, minute, second, nanosecond } = time
  const day = new Date(Date.UTC(2000, 0, 1)).setUTCFullYear(date.year, date.month - 1, date.day)
  const wall = day / SECOND + hour * 3600 + minute * 60 + second
  // As Go: the offset at the wall time taken as UTC, and once more if that lies beyond a change of the clocks.
  const guess = wall - zone.at(wall * SECOND).offset
  const seconds = wall - zone.at(guess * SECOND).offset
  return { ns: BigInt(seconds) * NS_PER_SECOND + BigInt(nanosecond), zone }
}
