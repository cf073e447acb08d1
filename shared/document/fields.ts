import * as z from 'zod'
import { parseDuration } from '../base/duration.ts'
import { compileRegex } from '../matcher/compile.ts'
import { shown } from '../problem/problem.ts'

/** Prometheus' duration text, also the number 0; in milliseconds. */
export const duration = z.unknown().transform((value, context) => {
  const ms = typeof value === 'string' ? parseDuration(value) : value === 0 ? 0 : undefined
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: 'expected a duration such as 5s, 1h30m or 500ms' })
  return z.NEVER
})

/** A duration that a timer repeats by. */
export const interval = duration.refine((ms) => ms > 0, 'cannot be zero')

/** A label name: Alertmanager takes any text that is not empty. */
export const labelName = z.string().min(1, 'must not be empty').max(1024)

/** `...` stands for every label and stands alone. */
export const groupBy = z
  .array(labelName)
  .superRefine((names, context) => {
    const issue = groupByProblem(names)
    if (issue !== undefined) context.addIssue({ code: 'custom', message: issue })
  })
  .transform((names): string[] | 'all' => (names[0] === EVERY_LABEL ? 'all' : names))

export const EVERY_LABEL = '...'

function groupByProblem(names: readonly string[]): string | undefined {
  if (names.length > 1 && names.includes(EVERY_LABEL)) return 'cannot have "..." and other labels at the same time'
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  return twice === undefined ? undefined : `has the label ${shown(twice)} twice`
}

/** What is wrong with a matcher's expression; RE2, so that no expression can stop the process. */
export function matcherProblem(op: string, value: string): string | undefined {
  if (op !== '=~' && op !== '!~') return undefined
  const regex = compileRegex(value)
  return regex.ok ? undefined : regex.error
}
