import * as z from 'zod'
import type { Labels } from '../../alert/labels.ts'
import { DURATION, parseDuration } from '../../base/duration.ts'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { quoted, zodProblems } from '../../problem/problem.ts'

/** `.` and `..` would be lost from a URL's path. */
const ID = /^(?!\.{1,2}$)[a-zA-Z0-9._/-]{1,100}$/

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

/** Labels of a route or receiver, from a textual document. */
export const labels = labelTexts(() => undefined)

/** Labels whose values pass a check of their own. */
export function labelTexts(check: (text: string) => string | undefined) {
  const read = z.unknown().transform((value, context): Labels => {
    const entries = labelEntries(value, context, (text = '') => check(text))
    const chars = entries.reduce((sum, [name, text = '']) => sum + name.length + text.length, 0)
    if (chars > LABELS_CHARS) {
      context.addIssue({ code: 'custom', message: `limit: has more than ${LABELS_CHARS} characters` })
    }
    return Object.fromEntries(entries.map(([name, text = '']) => [name, text]))
  })
  return read.meta({ type: 'object', additionalProperties: { type: 'string' } })
}

/**
 * The entries of a mapping from label names to texts, read by hand, since a name may be `__proto__`. Every problem is
 * reported at its entry.
 */
export function labelEntries(
  value: unknown,
  context: z.RefinementCtx,
  check: (text: string | undefined) => string | undefined,
): [name: string, text: string | undefined][] {
  if (!isObject(value)) {
    context.addIssue({ code: 'custom', message: 'expected a mapping of labels' })
    return []
  }
  const entries = Object.entries(value)
  return entries.filter((entry): entry is [string, string | undefined] => {
    const message = entryProblem(entry, check)
    if (message !== undefined) context.addIssue({ code: 'custom', path: [entry[0]], message })
    return message === undefined
  })
}

function entryProblem(
  [name, text]: [string, unknown],
  check: (text: string | undefined) => string | undefined,
): string | undefined {
  if (!labelName.safeParse(name).success) return 'is an invalid label name'
  return text === undefined || typeof text === 'string' ? check(text) : 'expected a text'
}

/** The name of a receiver: Alertmanager takes any text that is not empty. */
export const receiverName = z.string().min(1, 'missing name in receiver').max(4096)

/** `...` stands for every label and stands alone. Entry by entry, so that no problem hides another problem. */
export const groupBy = z
  .array(z.unknown())
  .max(LIMITS.groupBy, `limit: at most ${LIMITS.groupBy} labels are allowed`)
  .transform((entries, context): string[] | 'all' => {
    const refuse = (path: number[], message: string): void => context.addIssue({ code: 'custom', path, message })
    const names = new Set<string>()
    for (const [place, entry] of entries.entries()) {
      const read = labelName.safeParse(entry)
      if (!read.success) refuse([place], zodProblems(read.error)[0]!.message)
      else if (names.has(read.data)) refuse([place], `is ${quoted(read.data)} a second time`)
      else names.add(read.data)
    }
    if (!names.has(EVERY_LABEL)) return [...names]
    if (entries.length > 1) refuse([], 'cannot have "..." and other labels at the same time')
    return 'all'
  })
  .meta({ type: 'array', items: { type: 'string' } })

export const EVERY_LABEL = '...'
