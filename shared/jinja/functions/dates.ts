import { parseRfc3339 } from '../../base/rfc3339.ts'
import { HOUR, MAX_MILLIS, MIN_MILLIS, MINUTE, type Millis, SECOND } from '../../base/time.ts'
import { readInstant } from '../../base/value.ts'
import { isZone, wallTime } from '../../interval/zone.ts'
import { durationText } from '../../message-text/text.ts'
import { WORDS } from '../../message-text/words.ts'
import type { Budget } from '../values/budget.ts'
import { define, type TemplateFunctions } from '../values/define.ts'
import { fail } from '../values/failure.ts'
import { textOf } from '../values/text.ts'
import { Float, isMissing, isText, numberOf, type Value } from '../values/value.ts'

/** A format of a zone is made once and takes a thousand times as long as its use: a template may name any zone. */
const ZONE_STEPS = 2_000
const DATE_STEPS = 60

export const DATES: TemplateFunctions = new Map([
  [
    'parse_date',
    define('value format=', ([value, format], { budget }) => {
      const at = isMissing(format) ? instantOf(value, budget) : parse(textOf(value, budget), textOf(format, budget))
      budget.spend(DATE_STEPS)
      return at === undefined ? undefined : secondsOf(at)
    }),
  ],
  [
    'timestamp',
    define('value', ([value], { budget }) => {
      const at = instantOf(value, budget)
      return at === undefined ? undefined : Math.floor(at / SECOND)
    }),
  ],
  [
    'format_date',
    define('value tz= format=', ([value, tz, format], context) => {
      const { budget } = context
      const at = instantOf(value, budget)
      if (at === undefined) return ''
      const text = isMissing(format) ? '%Y-%m-%d %H:%M:%S' : textOf(format, budget)
      return budget.text(strftime(at, isMissing(tz) ? context.timeZone : textOf(tz, budget), text, budget))
    }),
  ],
  [
    'format_duration',
    define('seconds', ([seconds], { budget, language }) => {
      const number = isText(seconds) ? Number(textOf(seconds, budget)) : numberOf(seconds)
      if (number === undefined || !Number.isFinite(number)) return ''
      return (number < 0 ? '-' : '') + durationText(Math.abs(number) * SECOND, WORDS[language])
    }),
  ],
])

/** Seconds or milliseconds since 1970, or a time in the form of RFC 3339. Nothing, and zero, is no time. */
function instantOf(value: Value, budget: Budget): Millis | undefined {
  const given = isText(value) ? textOf(value, budget).trim() : numberOf(value)
  if (given === undefined || given === 0 || given === '0') return undefined
  const at = readInstant(given) ?? (typeof given === 'string' ? parse(given, '%Y-%m-%d %H:%M:%S') : undefined)
  return at ?? undefined
}

function secondsOf(at: Millis): Value {
  return at % SECOND === 0 ? at / SECOND : new Float(at / SECOND)
}

/** An offset such as `+08:00`, or an IANA zone. */
function wallOf(at: Millis, zone: string, budget: Budget) {
  const offset = /^(?:UTC|GMT)?([-+])(\d{1,2}):?(\d{2})$/.exec(zone)
  if (offset !== null) {
    const [, sign, hours, minutes] = offset
    const ms = (Number(hours) * HOUR + Number(minutes) * MINUTE) * (sign === '-' ? -1 : 1)
    return { wall: wallTime(clamped(at + ms)), ms, name: `${sign}${hours!.padStart(2, '0')}${minutes}` }
  }
  budget.spend(zone === 'UTC' || zone === '' ? DATE_STEPS : ZONE_STEPS)
  if (!isZone(zone)) return fail(`there is no time zone ${JSON.stringify(zone.slice(0, 40))}`)
  const wall = wallTime(clamped(at), zone === '' ? undefined : zone)
  const local = Date.UTC(wall.year, wall.month - 1, wall.day, 0, wall.minuteOfDay, wall.second)
  const ms = local - Math.floor(clamped(at) / SECOND) * SECOND
  const minutes = Math.abs(ms) / MINUTE
  const two = (number: number): string => String(Math.floor(number)).padStart(2, '0')
  return { wall, ms, name: `${ms < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}` }
}

function clamped(at: Millis): Millis {
  return Math.min(Math.max(at, MIN_MILLIS), MAX_MILLIS)
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** https://docs.python.org/3/library/datetime.html#format-codes */
function strftime(at: Millis, zone: string, format: string, budget: Budget): string {
  budget.chars(format.length)
  budget.spend(DATE_STEPS)
  const { wall, name } = wallOf(at, zone, budget)
  const two = (number: number): string => String(number).padStart(2, '0')
  const hour = Math.floor(wall.minuteOfDay / 60)
  const fields: Readonly<Record<string, string>> = {
    Y: String(wall.year).padStart(4, '0'),
    y: two(wall.year % 100),
    m: two(wall.month),
    d: two(wall.day),
    H: two(hour),
    I: two(hour % 12 === 0 ? 12 : hour % 12),
    p: hour < 12 ? 'AM' : 'PM',
    M: two(wall.minuteOfDay % 60),
    S: two(wall.second),
    f: `${String(((at % SECOND) + SECOND) % SECOND).padStart(3, '0')}000`,
    B: MONTHS[wall.month - 1]!,
    b: MONTHS[wall.month - 1]!.slice(0, 3),
    A: DAYS[wall.weekday]!,
    a: DAYS[wall.weekday]!.slice(0, 3),
    z: name,
    Z: zone === '' ? 'UTC' : zone,
    '%': '%',
  }
  return format.replace(/%([A-Za-z%])/g, (whole, code: string) => (Object.hasOwn(fields, code) ? fields[code]! : whole))
}

/** A date in the given form; a form without a zone is UTC. Undefined: the text has another form. */
function parse(text: string, format: string): Millis | undefined {
  if (text.length > 100 || format.length > 100) return undefined
  const codes: string[] = []
  const pattern = format.replace(/%([YmdHMSz])|[.*+?^${}()|[\]\\]/g, (found, code?: string) => {
    if (code === undefined) return `\\${found}`
    codes.push(code)
    return code === 'Y' ? '(\\d{4})' : code === 'z' ? '(Z|[-+]\\d{2}:?\\d{2})' : '(\\d{1,2})'
  })
  const found = codes.length > 10 ? null : new RegExp(`^${pattern}$`).exec(text)
  if (found === null) return undefined
  const part = (code: string, otherwise: string): string => found[codes.indexOf(code) + 1 || found.length] ?? otherwise
  const two = (code: string, otherwise: string): string => part(code, otherwise).padStart(2, '0')
  const zone = part('z', 'Z').replace(/(\d{2})(\d{2})$/, '$1:$2')
  const day = `${part('Y', '1970')}-${two('m', '01')}-${two('d', '01')}`
  return parseRfc3339(`${day}T${two('H', '00')}:${two('M', '00')}:${two('S', '00')}${zone}`)
}
