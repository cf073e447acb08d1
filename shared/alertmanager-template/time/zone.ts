import { SECOND } from '../../base/time.ts'
import { isZone, wallTime } from '../../interval/zone.ts'
import { zoneAbbreviation } from './abbreviations.ts'

/** A place of Go's time.Location. */
export interface Zone {
  name: string
  /** Offset from UTC in seconds, and the abbreviation, at a moment (milliseconds since 1970). */
  at(ms: number): { offset: number; abbreviation: string; summer: boolean }
}

export const UTC: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC', summer: false }) }

/** A zone with one offset, as a parsed time with an offset has it. The name may be empty. */
export function fixedZone(name: string, offset: number): Zone {
  return { name, at: () => ({ offset, abbreviation: name, summer: false }) }
}

/** Before the first time zones, each town had its own time: year 1883. */
const LOCAL_MEAN_TIME_UNTIL = Date.UTC(1883, 0, 1)

/** time.LoadLocation. Undefined: no such zone. The zone of the host is UTC. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return UTC
  if (!isZone(name)) return undefined
  return {
    name,
    at(ms) {
      const offset = offsetAt(ms, name)
      const year = new Date(ms).getUTCFullYear()
      const standard = Math.min(offsetAt(Date.UTC(year, 0, 1), name), offsetAt(Date.UTC(year, 6, 1), name))
      const summer = offset > standard
      const abbreviation = ms < LOCAL_MEAN_TIME_UNTIL ? 'LMT' : zoneAbbreviation(name, offset, summer)
      return { offset, abbreviation, summer }
    },
  }
}

function offsetAt(ms: number, name: string): number {
  const { year, month, day, minuteOfDay, second } = wallTime(ms, name)
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  const wall = new Date(Date.UTC(2000, month - 1, day, 0, minuteOfDay, second)).setUTCFullYear(year)
  return Math.round((wall - Math.floor(ms / SECOND) * SECOND) / SECOND)
}
