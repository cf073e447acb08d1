import * as z from 'zod'
import { parseDuration } from '../../base/duration.ts'
import { ID } from '../../config/limits.ts'
import { quoted } from '../../problem/problem.ts'

/** An id that people choose. */
export const id = z.string().regex(ID, 'has to be 1 to 100 of the characters a-z A-Z 0-9 . _ / -')

/** A name for people, unlike an id of any characters. */
export const name = z.string().max(200)

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
  return twice === undefined ? undefined : `has the label ${quoted(twice)} twice`
}
