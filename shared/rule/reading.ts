import { LIMITS } from '../base/limits.ts'

/** A place in a rule's document. */
export type Path = readonly (string | number)[]

export interface ReadingProblem {
  path: Path
  message: string
}

export type Placeholders = ReadonlyMap<string, readonly string[]>

/** The state of reading a rule: the problems so far, and the values of placeholders. */
export interface Reading {
  problems: ReadingProblem[]
  /** What the author surely did not mean, though the rule can run. */
  warnings: ReadingProblem[]
  placeholders: Placeholders
  regexes: RegexBudget
  tests: TestBudget
}

/** Tests that a text may still have: modifiers and conditions multiply what is written. */
export interface TestBudget {
  left: number
}

export const TOO_MANY_TESTS = `limit: the values of the text make more than ${LIMITS.sigmaTextTests} tests with their modifiers and conditions`

/** Steps that the regular expressions of a text may still have; the reader takes from `left`. */
export interface RegexBudget {
  left: number
}

/** Adds a problem. The rule will be refused; reading goes on, so that a single answer names every problem. */
export function addProblem(reading: Reading, path: Path, message: string): undefined {
  reading.problems.push({ path, message })
  return undefined
}

/** Adds a warning: the rule runs, and otherwise than its author means. */
export function addWarning(reading: Reading, path: Path, message: string): void {
  reading.warnings.push({ path, message })
}

export type Fields = Readonly<Record<string, unknown>>

const SHOWN_CHARS = 100

/** A part of the rule, quoted and shortened for a message. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value)
  return JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text)
}
