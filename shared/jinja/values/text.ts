import { type Budget, NESTING } from './budget.ts'
import { fail } from './failure.ts'
import { Float, isDict, isList, isMissing, Markup, type Value } from './value.ts'

/** The text of a value in the output: nothing for a missing value, JSON for a list or a mapping. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (isMissing(value)) return ''
  if (typeof value === 'boolean') return String(value)
  return value instanceof Float || typeof value === 'number' ? numberText(value) : jsonOf(value, budget)
}

/** JSON without blanks. What JSON has no form for is null. */
export function jsonOf(value: Value, budget: Budget): string {
  return budget.text(written(value, budget, 0))
}

/** A list that is at many places is written at each of them, so each place is counted. */
function written(value: Value, budget: Budget, depth: number): string {
  budget.spend()
  if (typeof value === 'string') return quotedText(value, budget)
  if (value instanceof Markup) return quotedText(value.text, budget)
  if (isMissing(value)) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' || value instanceof Float) {
    const number = value instanceof Float ? value.value : value
    return Number.isFinite(number) ? numberText(value) : 'null'
  }
  if (depth >= NESTING) fail(`limit: lists nest more than ${NESTING} deep`)
  if (isDict(value)) {
    const entries = Array.from(value, ([key, one]) => `${quotedText(key, budget)}:${written(one, budget, depth + 1)}`)
    return joined(entries, '{', '}', budget)
  }
  return joined(isList(value) ? value.map((one) => written(one, budget, depth + 1)) : [], '[', ']', budget)
}

function joined(parts: readonly string[], open: string, close: string, budget: Budget): string {
  budget.chars(parts.reduce((sum, { length }) => sum + length + 1, 2))
  return `${open}${parts.join(',')}${close}`
}

function quotedText(text: string, budget: Budget): string {
  budget.chars(text.length)
  return JSON.stringify(text)
}

/** As Python writes numbers: `2.0` is a float, `2` is none. */
function numberText(value: number | Float): string {
  const number = value instanceof Float ? value.value : value
  if (Number.isNaN(number)) return 'nan'
  if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf'
  const text = String(number)
  return value instanceof Float && /^-?\d+$/.test(text) ? `${text}.0` : text
}
