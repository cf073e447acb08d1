import { DAYS, MONTHS, partsOf } from './layout.ts'
import { type Moment, momentOf } from './moment.ts'
import { fixedZone, UTC } from './zone.ts'

export type ParsedMoment = { ok: true; moment: Moment } | { ok: false; error: string }

interface Fields {
  year: number
  month?: number
  day?: number
  yearDay?: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  afternoon?: boolean
  isUtc?: boolean
  offset?: number
  zone?: string
}

/** A part of the value that was read, or the reason why it cannot be. */
type Taken = { length: number; set?: Partial<Fields> } | { error: string } | undefined

/** time.ParseInLocation in UTC (facts from Go's package time). */
export function parseMoment(layout: string, value: string): ParsedMoment {
  const parts = partsOf(layout)
  const fields: Fields = { year: 0, hour: 0, minute: 0, second: 0, nanosecond: 0 }
  let rest = value
  const refuse = (element: string, left: string, why?: string): ParsedMoment => {
    const reason = why ?? ` as ${quoted(layout)}: cannot parse ${quoted(left)} as ${quoted(element)}`
    return { ok: false, error: `parsing time ${quoted(value)}${reason}` }
  }
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) {
      const left = skipped(rest, part)
      if (left.ok) rest = left.rest
      else return refuse(part, left.rest)
      continue
    }
    const taken = takeElement(part, rest, parts[index + 1] === '' ? parts[index + 2] : undefined)
    if (taken === undefined) return refuse(part, rest)
    if ('error' in taken) return refuse(part, rest, `: ${taken.error} out of range`)
    Object.assign(fields, taken.set)
    rest = rest.slice(taken.length)
  }
  if (rest !== '') return refuse('', rest, `: extra text: ${quoted(rest)}`)
  const error = dateProblem(fields)
  return error === undefined ? { ok: true, moment: momentOfFields(fields) } : refuse('', '', `: ${error}`)
}

/** Runs of spaces count alike. */
function skipped(value: string, literal: string): { ok: boolean; rest: string } {
  let rest = value
  for (const { 0: run } of literal.matchAll(/ +|[^ ]+/g)) {
    if (run.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) return { ok: false, rest }
      rest = rest.replace(/^ +/, '')
    } else {
      if (!rest.startsWith(run)) return { ok: false, rest }
      rest = rest.slice(run.length)
    }
  }
  return { ok: true, rest }
}

/** `next`: the element that follows at once. */
function takeElement(element: string, rest: string, next: string | undefined): Taken {
  switch (element) {
    case 'January':
    case 'Jan':
      return named(rest, element === 'Jan' ? shortOf(MONTHS) : MONTHS, (place) => ({ month: place + 1 }))
    case 'Monday':
    case 'Mon':
      return named(rest, element === 'Mon' ? shortOf(DAYS) : DAYS, () => ({}))
    case '2006':
      return number(rest, /^\d{4}/, 'year', 0, 9999, (year) => ({ year }))
    case '06':
      return number(rest, /^\d{2}/, 'year', 0, 99, (year) => ({ year: year >= 69 ? 1900 + year : 2000 + year }))
    case '1':
    case '01':
      return number(rest, element === '1' ? /^\d{1,2}/ : /^\d{2}/, 'month', 1, 12, (month) => ({ month }))
    case '2':
    case '02':
      return number(rest, element === '2' ? /^\d{1,2}/ : /^\d{2}/, 'day', 0, 99, (day) => ({ day }))
    case '_2':
      return number(rest, /^ ?\d{1,2}/, 'day', 0, 99, (day) => ({ day }))
    case '002':
      return number(rest, /^\d{3}/, 'day-of-year', 0, 999, (yearDay) => ({ yearDay }))
    case '__2':
      return number(rest, /^ {0,2}\d{1,3}/, 'day-of-year', 0, 999, (yearDay) => ({ yearDay }))
    case '15':
      return number(rest, /^\d{1,2}/, 'hour', 0, 23, (hour) => ({ hour }))
    case '3':
    case '03':
      return number(rest, element === '3' ? /^\d{1,2}/ : /^\d{2}/, 'hour', 0, 12, (hour) => ({ hour }))
    case '4':
    case '04':
      return number(rest, element === '4' ? /^\d{1,2}/ : /^\d{2}/, 'minute', 0, 59, (minute) => ({ minute }))
    case '5':
    case '05':
      return seconds(rest, element === '5' ? /^\d{1,2}/ : /^\d{2}/, next)
    case 'PM':
      return /^[AP]M/.test(rest) ? { length: 2, set: { afternoon: rest.startsWith('P') } } : undefined
    case 'pm':
      return /^[ap]m/.test(rest) ? { length: 2, set: { afternoon: rest.startsWith('p') } } : undefined
    case 'MST':
      return abbreviation(rest)
  }
  if (!/^[.,]/.test(element)) return offset(element, rest)
  const exact = new RegExp(`^[.,]\\d{${element.length - 1}}`)
  const found = (element[1] === '0' ? exact : /^[.,]\d+/).exec(rest)?.[0]
  if (found === undefined) return element[1] === '0' ? undefined : { length: 0 }
  return { length: found.length, set: { nanosecond: nanoseconds(found) } }
}

function shortOf(names: readonly string[]): string[] {
  return names.map((name) => name.slice(0, 3))
}

function named(rest: string, names: readonly string[], set: (place: number) => Partial<Fields>): Taken {
  const lower = rest.slice(0, 10).toLowerCase()
  const place = names.findIndex((name) => lower.startsWith(name.toLowerCase()))
  return place < 0 ? undefined : { length: names[place]!.length, set: set(place) }
}

function number(
  rest: string,
  pattern: RegExp,
  name: string,
  least: number,
  most: number,
  set: (value: number) => Partial<Fields>,
): Taken {
  const found = pattern.exec(rest)?.[0]
  if (found === undefined) return undefined
  const value = Number(found)
  return value < least || value > most ? { error: name } : { length: found.length, set: set(value) }
}

/** A fraction may follow the seconds though the layout has none. */
function seconds(rest: string, pattern: RegExp, next: string | undefined): Taken {
  const taken = number(rest, pattern, 'second', 0, 59, (second) => ({ second }))
  if (taken === undefined || 'error' in taken || /^[.,]/.test(next ?? '')) return taken
  const fraction = /^[.,]\d+/.exec(rest.slice(taken.length))?.[0]
  if (fraction === undefined) return taken
  return { length: taken.length + fraction.length, set: { ...taken.set, nanosecond: nanoseconds(fraction) } }
}

function nanoseconds(fraction: string): number {
  return Number(fraction.slice(1, 10).padEnd(9, '0'))
}

/** Three capital letters; four or five that end in T; some special names. */
const ZONE_NAME =
  /^(?:ChST|MeST|GMT(?:[+-]\d{1,2})?|[+-]\d{1,2}|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z]))/

function abbreviation(rest: string): Taken {
  if (rest.startsWith('UTC')) return { length: 3, set: { isUtc: true } }
  const name = ZONE_NAME.exec(rest)
  return name === null ? undefined : { length: name[0].length, set: { zone: name[0] } }
}

function offset(element: string, rest: string): Taken {
  if (element.startsWith('Z') && rest.startsWith('Z')) return { length: 1, set: { isUtc: true } }
  const form = element.slice(1).replace(/\d\d/g, '(\\d\\d)')
  const match = new RegExp(`^([+-])${form}`).exec(rest)
  if (match === null) return undefined
  const [all, sign, hours = '0', minutes = '0', secondsText = '0'] = match
  if (Number(hours) > 24) return { error: 'time zone offset hour' }
  if (Number(minutes) > 60) return { error: 'time zone offset minute' }
  if (Number(secondsText) > 60) return { error: 'time zone offset second' }
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(secondsText)
  return { length: all.length, set: { offset: sign === '-' ? -total : total } }
}

/** Checks the date, and turns a day of the year into month and day. */
function dateProblem(fields: Fields): string | undefined {
  const { year, yearDay } = fields
  if (yearDay !== undefined) {
    if (yearDay < 1 || yearDay > 337 + daysIn(year, 2)) return 'day-of-year out of range'
    let [month, day] = [1, yearDay]
    while (day > daysIn(year, month)) day -= daysIn(year, month++)
    if ((fields.month ?? month) !== month) return 'day-of-year does not match month'
    if ((fields.day ?? day) !== day) return 'day-of-year does not match day'
    Object.assign(fields, { month, day })
  }
  const { month = 1, day = 1 } = fields
  return day < 1 || day > daysIn(year, month) ? 'day out of range' : undefined
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function momentOfFields(fields: Fields): Moment {
  const { year, month = 1, day = 1, afternoon, isUtc, offset: seconds, zone } = fields
  const noon = afternoon === true && fields.hour < 12 ? 12 : afternoon === false && fields.hour === 12 ? -12 : 0
  const time = { ...fields, hour: fields.hour + noon }
  const at = momentOf({ year, month, day }, time, UTC)
  if (isUtc === true) return at
  if (seconds !== undefined && (seconds !== 0 || (zone !== undefined && zone !== 'UTC'))) {
    return { ns: at.ns - BigInt(seconds) * 1_000_000_000n, zone: fixedZone(zone ?? '', seconds) }
  }
  if (zone === undefined || zone === 'UTC') return at
  const hours = /^GMT([+-]\d+)$/.exec(zone)?.[1]
  return { ns: at.ns, zone: fixedZone(zone, hours === undefined ? 0 : Number(hours) * 3600) }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
