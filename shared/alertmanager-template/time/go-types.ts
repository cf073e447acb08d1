import {
  type Data,
  type GoFunction,
  type GoType,
  INT,
  INT64,
  STRING,
  type Value,
} from '../../go-template/values/go-types.ts'
import { dataOf, typed } from '../../go-template/values/value.ts'
import { clampDuration, durationText, HOUR, MINUTE, roundDuration, SECOND, truncateDuration } from './duration.ts'
import { DAYS, formatMoment, MONTHS, momentText } from './layout.ts'
import { floorDivide, type Moment, momentOf, wallOf, ZERO_NS } from './moment.ts'
import { UTC } from './zone.ts'

/** The types of Go's package time that templates meet, with their methods. */

function nsOf(value: Value): bigint {
  return dataOf(value!) as bigint
}

function int64(value: bigint): Value {
  return typed(INT64, value)
}

/** A method without arguments. */
function getter<T>(read: (data: T) => Value): GoFunction {
  return { parameters: [], call: ([receiver]) => read(dataOf(receiver!) as T) }
}

export const DURATION: GoType = {
  name: 'time.Duration',
  kind: 'int',
  named: true,
  text: (value) => durationText(nsOf(value)),
  get methods() {
    return DURATION_METHODS
  },
}

export function duration(ns: bigint): Value {
  return typed(DURATION, clampDuration(ns))
}

function byUnit(round: (ns: bigint, unit: bigint) => bigint): GoFunction {
  return { parameters: [DURATION], call: ([value, unit]) => duration(round(nsOf(value), integer(unit))) }
}

const DURATION_METHODS: Readonly<Record<string, GoFunction>> = {
  String: getter<bigint>(durationText),
  Hours: getter<bigint>((ns) => Number(ns / HOUR) + Number(ns % HOUR) / Number(HOUR)),
  Minutes: getter<bigint>((ns) => Number(ns / MINUTE) + Number(ns % MINUTE) / Number(MINUTE)),
  Seconds: getter<bigint>((ns) => Number(ns / SECOND) + Number(ns % SECOND) / Number(SECOND)),
  Milliseconds: getter<bigint>((ns) => int64(ns / 1_000_000n)),
  Microseconds: getter<bigint>((ns) => int64(ns / 1_000n)),
  Nanoseconds: getter<bigint>(int64),
  Abs: getter<bigint>((ns) => duration(ns < 0n ? -ns : ns)),
  Round: byUnit(roundDuration),
  Truncate: byUnit(truncateDuration),
}

function integer(value: Value): bigint {
  return dataOf(value!) as bigint
}

const MONTH: GoType = {
  name: 'time.Month',
  kind: 'int',
  named: true,
  text: (value) => MONTHS[Number(nsOf(value)) - 1] ?? `%!Month(${nsOf(value)})`,
  methods: { String: getter<bigint>((month) => MONTHS[Number(month) - 1]) },
}

const WEEKDAY: GoType = {
  name: 'time.Weekday',
  kind: 'int',
  named: true,
  text: (value) => DAYS[Number(nsOf(value))] ?? `%!Weekday(${nsOf(value)})`,
  methods: { String: getter<bigint>((day) => DAYS[Number(day)]) },
}

const LOCATION: GoType = {
  name: '*time.Location',
  kind: 'struct',
  named: true,
  text: (value) => (dataOf(value!) as Moment['zone']).name,
  methods: { String: getter<Moment['zone']>(({ name }) => name) },
}

export const TIME: GoType = {
  name: 'time.Time',
  kind: 'struct',
  named: true,
  text: (value) => momentText(momentIn(value)),
  json: (value) => formatMoment(momentIn(value), '2006-01-02T15:04:05.999999999Z07:00'),
  get methods() {
    return TIME_METHODS
  },
}

export function time(moment: Moment): Value {
  return typed(TIME, moment satisfies Data)
}

export function momentIn(value: Value): Moment {
  return dataOf(value!) as Moment
}

function compares(holds: (a: bigint, b: bigint) => boolean): GoFunction {
  return { parameters: [TIME], call: ([a, b]) => holds(momentIn(a).ns, momentIn(b).ns) }
}

/** Rounding counts from the zero time. */
function rounds(round: (ns: bigint, unit: bigint) => bigint): GoFunction {
  return {
    parameters: [DURATION],
    call: ([value, unit]) => {
      const { ns, zone } = momentIn(value)
      return time({ ns: ZERO_NS + round(ns - ZERO_NS, integer(unit)), zone })
    },
  }
}

const TIME_METHODS: Readonly<Record<string, GoFunction>> = {
  String: getter<Moment>(momentText),
  Format: { parameters: [STRING], call: ([value, layout]) => formatMoment(momentIn(value), dataOf(layout!) as string) },
  Year: getter<Moment>((moment) => BigInt(wallOf(moment).year)),
  Month: getter<Moment>((moment) => typed(MONTH, BigInt(wallOf(moment).month))),
  Day: getter<Moment>((moment) => BigInt(wallOf(moment).day)),
  YearDay: getter<Moment>((moment) => BigInt(wallOf(moment).yearDay)),
  Weekday: getter<Moment>((moment) => typed(WEEKDAY, BigInt(wallOf(moment).weekday))),
  Hour: getter<Moment>((moment) => BigInt(wallOf(moment).hour)),
  Minute: getter<Moment>((moment) => BigInt(wallOf(moment).minute)),
  Second: getter<Moment>((moment) => BigInt(wallOf(moment).second)),
  Nanosecond: getter<Moment>((moment) => BigInt(wallOf(moment).nanosecond)),
  Unix: getter<Moment>(({ ns }) => int64(floorDivide(ns, SECOND))),
  UnixMilli: getter<Moment>(({ ns }) => int64(floorDivide(ns, 1_000_000n))),
  UnixMicro: getter<Moment>(({ ns }) => int64(floorDivide(ns, 1_000n))),
  UnixNano: getter<Moment>(({ ns }) => int64(BigInt.asIntN(64, ns))),
  IsZero: getter<Moment>(({ ns }) => ns === ZERO_NS),
  IsDST: getter<Moment>((moment) => wallOf(moment).summer),
  UTC: getter<Moment>(({ ns }) => time({ ns, zone: UTC })),
  Local: getter<Moment>(({ ns }) => time({ ns, zone: UTC })),
  Location: getter<Moment>(({ zone }) => typed(LOCATION, zone)),
  After: compares((a, b) => a > b),
  Before: compares((a, b) => a < b),
  Equal: compares((a, b) => a === b),
  Compare: { parameters: [TIME], call: ([a, b]) => compared(momentIn(a).ns, momentIn(b).ns) },
  Sub: { parameters: [TIME], call: ([a, b]) => duration(momentIn(a).ns - momentIn(b).ns) },
  Add: {
    parameters: [DURATION],
    call: ([value, more]) => {
      const { ns, zone } = momentIn(value)
      return time({ ns: ns + integer(more), zone })
    },
  },
  AddDate: {
    parameters: [INT, INT, INT],
    call: ([value, ...more]) => time(addDate(momentIn(value), more.map(integer))),
  },
  Round: rounds(roundDuration),
  Truncate: rounds(truncateDuration),
}

function compared(a: bigint, b: bigint): bigint {
  if (a === b) return 0n
  return a < b ? -1n : 1n
}

function addDate(moment: Moment, [years = 0n, months = 0n, days = 0n]: bigint[]): Moment {
  const wall = wallOf(moment)
  const date = {
    year: wall.year + Number(years),
    month: wall.month + Number(months),
    day: wall.day + Number(days),
  }
  return momentOf(date, wall, moment.zone)
}
