import type { Moment, Wall } from './moment.ts'
import { wallOf } from './moment.ts'

/** Layouts of times, which show the reference time Mon Jan 2 15:04:05 2006 MST (facts from Go's package time). */

/** Elements of a layout, longest first where one begins with another. */
const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07|[.,](?:0+|9+)(?!\d)/g

/** The layout in parts: literal text and elements in turn, beginning and ending with a literal text. */
export function partsOf(layout: string): string[] {
  const parts: string[] = []
  let from = 0
  for (const { 0: element, index } of layout.matchAll(ELEMENT)) {
    parts.push(layout.slice(from, index), element)
    from = index + element.length
  }
  return [...parts, layout.slice(from)]
}

export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Time.Format */
export function formatMoment(moment: Moment, layout: string): string {
  const wall = wallOf(moment)
  return partsOf(layout)
    .map((part, index) => (index % 2 === 0 ? part : elementText(part, wall)))
    .join('')
}

/** Time.String */
export function momentText(moment: Moment): string {
  return formatMoment(moment, '2006-01-02 15:04:05.999999999 -0700 MST')
}

function elementText(element: string, wall: Wall): string {
  const { year, month, day, hour } = wall
  switch (element) {
    case 'January':
      return MONTHS[month - 1]!
    case 'Jan':
      return MONTHS[month - 1]!.slice(0, 3)
    case '1':
      return String(month)
    case '01':
      return digits(month, 2)
    case 'Monday':
      return DAYS[wall.weekday]!
    case 'Mon':
      return DAYS[wall.weekday]!.slice(0, 3)
    case '2':
      return String(day)
    case '_2':
      return String(day).padStart(2)
    case '02':
      return digits(day, 2)
    case '__2':
      return String(wall.yearDay).padStart(3)
    case '002':
      return digits(wall.yearDay, 3)
    case '2006':
      return digits(year, 4)
    case '06':
      return digits(Math.abs(year) % 100, 2)
    case '15':
      return digits(hour, 2)
    case '3':
      return String(hour % 12 || 12)
    case '03':
      return digits(hour % 12 || 12, 2)
    case '4':
      return String(wall.minute)
    case '04':
      return digits(wall.minute, 2)
    case '5':
      return String(wall.second)
    case '05':
      return digits(wall.second, 2)
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM'
    case 'pm':
      return hour >= 12 ? 'pm' : 'am'
    case 'MST':
      return wall.abbreviation === '' ? offsetText('-0700', wall.offset) : wall.abbreviation
  }
  return /^[.,]/.test(element) ? fraction(element, wall.nanosecond) : offsetText(element, wall.offset)
}

function digits(number: number, width: number): string {
  return (number < 0 ? '-' : '') + String(Math.abs(number)).padStart(width, '0')
}

/** `.000` keeps zeros at the end, `.999` drops them. */
function fraction(element: string, nanosecond: number): string {
  const places = element.length - 1
  const all = digits(nanosecond, 9).padEnd(places, '0').slice(0, places)
  if (element[1] === '0') return element[0] + all
  const short = all.replace(/0+$/, '')
  return short === '' ? '' : element[0] + short
}

/** `-0700`, `-07:00`, and with seconds; a Z in the place of the sign stands for UTC. */
function offsetText(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z'
  const seconds = Math.abs(offset)
  const separator = element.includes(':') ? ':' : ''
  const count = element.replace(/[^0]/g, '').length
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts.slice(0, Math.ceil(count / 2)).map((part) => digits(part, 2))
  return (Math.trunc(offset / 60) < 0 ? '-' : '+') + shown.join(separator)
}
