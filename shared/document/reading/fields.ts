import * as z from 'zod'
import type { Labels } from '../../alert/labels.ts'
import { DURATION, parseDuration } from '../../base/duration.ts'
import { LIMITS } from '../../base/limits.ts'
import { ID } from '../../config/limits.ts'
import { quoted } from '../../problem/problem.ts'

/** An id that people choose. */
export const id = z.string().regex(ID, 'has to be 1 to 100 of the characters a-z A-Z 0-9 . _ / -')

/** A name for people, unlike an id of any characters. */
export const name = z.string().max(200)

/** Prometheus' duration text, also the number 0; in milliseconds. */
export const duration = z
  .unknown()
  .transform((value, context) => {
    const ms = typeof value === 'string' ? parseDuration(value) : value === 0 ? 0 : undefined
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: 'expected a duration such as 5s, 1h30m or 500ms' })
    return z.NEVER
  })
  .meta({
    id: 'Duration',
    type: 'string',
    description: 'A duration: 5s, 1h30m, 500ms',
    minLength: 1,
    pattern: DURATION.source,
  })

/** A duration that a timer repeats by. */
export const interval = duration.refine((ms) => ms > 0, 'cannot be zero')

/** A label name: Alertmanager takes any text that is not empty. */
export const labelName = z.string().min(1, 'must not be empty').max(1024)

/** Every notification of a route has the labels of the route, so their size is limited. */
const LABELS_CHARS = 4_096

/** Labels of a route or receiver, from a textual document. Read by hand, since a name may be `__proto__`. */
export const labels = z
  .unknown()
  .transform((value, context): Labels => {
    const problem = labelsProblem(value)
    if (problem === undefined) return Object.fromEntries(labelEntries(value as object))
    context.addIssue({ code: 'custom', message: problem })
    return z.NEVER
  })
  .meta({ type: 'object', additionalProperties: { type: 'string' } })

function labelsProblem(value: unknown): string | undefined {
  const problem = labelMapProblem(value)
  if (problem !== undefined) return problem
  const chars = labelEntries(value as object).reduce((sum, [name, text]) => sum + name.length + text.length, 0)
  return chars > LABELS_CHARS ? `limit: has more than ${LABELS_CHARS} characters` : undefined
}

/** Entries of a checked mapping of labels; a label without a value has the empty value. */
function labelEntries(checked: object): [name: string, text: string][] {
  return Object.entries(checked).map(([name, text]: [string, string | undefined]) => [name, text ?? ''])
}

export function labelMapProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'expected a mapping of labels'
  for (const [name, text] of Object.entries(value)) {
    if (!labelName.safeParse(name).success) return 'has an invalid label name'
    if (text !== undefined && typeof text !== 'string') return 'expected texts as the values of labels'
  }
  return undefined
}

/** The name of a receiver: Alertmanager takes any text that is not empty. */
export const receiverName = z.string().min(1, 'missing name in receiver').max(4096)

/** `...` stands for every label and stands alone. Every problem of the list is named, whatever its entries are. */
export const groupBy = z
  .array(z.unknown())
  .max(LIMITS.groupBy, `limit: at most ${LIMITS.groupBy} labels are allowed`)
  .superRefine((names, context) => {
    for (const [place, name] of names.entries()) {
      const read = labelName.safeParse(name)
      for (const { message } of read.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [place], message: message.replace(/^Invalid input: /, '') })
      }
    }
    const issue = groupByProblem(names)
    if (issue !== undefined) context.addIssue({ code: 'custom', message: issue })
  })
  .transform((names): string[] | 'all' => (names[0] === EVERY_LABEL ? 'all' : (names as string[])))

export const EVERY_LABEL = '...'

function groupByProblem(names: readonly unknown[]): string | undefined {
  if (names.length > 1 && names.includes(EVERY_LABEL)) return 'cannot have "..." and other labels at the same time'
  const seen = new Set<unknown>()
  for (const name of names) {
    if (typeof name === 'string' && seen.has(name)) return `has the label ${quoted(name)} twice`
    seen.add(name)
  }
  return undefined
}
