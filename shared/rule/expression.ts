import type { Network } from './cidr.ts'
import type { Pattern } from './pattern.ts'

/**
 * A condition with its detections put in: plain data, so that every evaluator can read the expression. The names of
 * detections are gone; a detection that is used twice is the same object twice.
 */
export type Expression =
  | { kind: 'all'; of: readonly Expression[] }
  | { kind: 'any'; of: readonly Expression[] }
  | { kind: 'not'; of: Expression }
  /** True when a value of the field passes the test. */
  | { kind: 'field'; field: string; test: Test }
  /** True when a text anywhere in the record passes the test. */
  | { kind: 'keyword'; test: ValueTest }

/** A test of a single value as text. */
export type ValueTest =
  | { kind: 'text'; pattern: Pattern; cased: boolean }
  | { kind: 'regex'; source: string; flags: string }
  | { kind: 'cidr'; network: Network }

export type Test =
  | ValueTest
  /** Absent or null; an empty text is neither. */
  | { kind: 'null' }
  /** Whether the record has the field, even a null or empty field. */
  | { kind: 'exists'; exists: boolean }
  /** The number as the rule has it: a 64-bit id keeps its digits. */
  | { kind: 'compare'; op: Comparison; number: string }
  | { kind: 'time'; part: TimePart; op: Comparison; number: number }
  /** Equal to, or starting, ending with or containing the value of another field; false when either is absent. */
  | { kind: 'fieldref'; field: string; how: 'equal' | 'start' | 'end' | 'contain'; cased: boolean }

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte'

/** The parts of a time, with their first and last number. */
export const TIME_RANGES = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
} as const
export type TimePart = keyof typeof TIME_RANGES

/** Parts of one kind, joined by the words of a condition. */
export type Tree<Leaf> =
  | Leaf
  | { kind: 'all'; of: readonly Tree<Leaf>[] }
  | { kind: 'any'; of: readonly Tree<Leaf>[] }
  | { kind: 'not'; of: Tree<Leaf> }

/** A single part needs no `all` or `any` around. */
export function joined<Leaf>(kind: 'all' | 'any', of: readonly Tree<Leaf>[]): Tree<Leaf> {
  const only = of.length === 1 ? of[0] : undefined
  return only ?? { kind, of }
}
