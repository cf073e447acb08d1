import type { Network } from './cidr.ts'
import type { Pattern } from './pattern.ts'

/**
 * A condition with its detections put in: plain data, so that any evaluator can read it. The names of
 * detections are gone; one that is used twice is the same object twice.
 */
export type Expression =
  | { kind: 'all'; of: readonly Expression[] }
  | { kind: 'any'; of: readonly Expression[] }
  | { kind: 'not'; of: Expression }
  /** Holds when one of the field's values passes. */
  | { kind: 'field'; field: string; test: Test }
  /** Holds when any text anywhere in the record passes. */
  | { kind: 'keyword'; test: ValueTest }

/** Looks at one value as text. */
export type ValueTest =
  | { kind: 'text'; pattern: Pattern; cased: boolean }
  | { kind: 'regex'; source: string; flags: string }
  | { kind: 'cidr'; network: Network }

export type Test =
  | ValueTest
  /** Absent or null; an empty text is neither. */
  | { kind: 'null' }
  /** Whether the field is there at all, be it null or empty. */
  | { kind: 'exists'; exists: boolean }
  | { kind: 'compare'; op: Comparison; number: number }
  | { kind: 'time'; part: TimePart; op: Comparison; number: number }
  /** Equal to, or starting, ending with or containing the value of another field; false when either is absent. */
  | { kind: 'fieldref'; field: string; how: 'equal' | 'start' | 'end' | 'contain'; cased: boolean }

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte'

export const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** Neither `all` nor `any` around a single one. */
export function joined(kind: 'all' | 'any', of: readonly Expression[]): Expression {
  const only = of.length === 1 ? of[0] : undefined
  return only ?? { kind, of }
}
