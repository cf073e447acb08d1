import { textOf } from './field.ts'

/** A test of a value of a record. */
export type Test = (value: unknown) => boolean

/** Records carry numbers as text, too: a text that reads as a number is a number. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value)) return undefined
  return Number(value)
}

const COMPARISONS: Record<string, (value: number, wanted: number) => boolean> = {
  gt: (value, wanted) => value > wanted,
  gte: (value, wanted) => value >= wanted,
  lt: (value, wanted) => value < wanted,
  lte: (value, wanted) => value <= wanted,
}

export function comparison(modifier: string): ((value: number, wanted: number) => boolean) | undefined {
  return Object.hasOwn(COMPARISONS, modifier) ? COMPARISONS[modifier] : undefined
}

/** The places of the parts in a time as audit trails write a time, `2026-03-02T17:30:00Z`. */
const PLACES: Record<string, [from: number, to: number]> = {
  year: [0, 4],
  month: [5, 7],
  day: [8, 10],
  hour: [11, 13],
  minute: [14, 16],
}

/** "it extracts a numeric value from a date", and "is not designed to handle timezone or format conversions". */
export function timePart(modifier: string): ((value: unknown) => number | undefined) | undefined {
  const place = Object.hasOwn(PLACES, modifier) ? PLACES[modifier] : undefined
  if (!place && modifier !== 'week') return undefined
  return (value) => {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined
    return place ? Number(value.slice(...place)) : isoWeek(new Date(`${value.slice(0, 10)}T00:00:00Z`))
  }
}

/** The number of the week by the week's Thursday, counted from the first Thursday of the year (ISO 8601). */
function isoWeek(date: Date): number {
  const day = 24 * 3_600_000
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * day)
  const newYear = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday.getTime() - newYear) / (7 * day))
}

/** "Regex is matched case-sensitive by default"; the match may stand anywhere in the text. */
export function regularExpression(pattern: string, flags: readonly string[]): Test {
  // Rules of SigmaHQ begin with (?i) in place of the modifier.
  const inline = /^\(\?([ims]+)\)/.exec(pattern)
  const all = new Set([...flags, ...(inline?.[1] ?? '')])
  const expression = new RegExp(pattern.slice(inline?.[0].length ?? 0), [...all].join(''))
  return (value) => {
    const text = textOf(value)
    return text !== undefined && expression.test(text)
  }
}
