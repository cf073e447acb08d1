import { stringify } from 'yaml'
import { LIMITS } from '../../../../../shared/base/limits.ts'
import type { Steps } from '../../../../../shared/base/steps.ts'
import { isObject } from '../../../../../shared/base/value.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import { FIELD_NAMES } from '../../../../../shared/flow/fields.ts'
import type { Form } from '../../page/form-data.ts'
import { parseYaml } from '../../parts/yaml-input.ts'
import { listOf } from './draft.ts'

/*
 * A condition as rows of a form: object, operator, value, and between rows `and` or `or`, of which `and` binds stronger.
 * A condition that is nested deeper is written in YAML.
 */

export interface Row {
  /** Before the row; of the first row without meaning. */
  join: 'and' | 'or'
  field: string
  op: string
  value: string
}

const LISTS = new Set(['in', 'not in'])

/** The rows of a condition; undefined: the condition is nested deeper. */
export function rowsOf(is: unknown): Row[] | undefined {
  if (isObject(is) && 'or' in is) {
    const parts = listOf(is.or).map((part) => rowsOf(part))
    if (
      parts.some((part) => part === undefined || part.length === 0 || part.slice(1).some(({ join }) => join === 'or'))
    )
      return undefined
    return parts.flatMap((part) => part!.map((row, place) => ({ ...row, join: place === 0 ? 'or' : 'and' }) as Row))
  }
  const list = isObject(is) && 'and' in is ? listOf(is.and) : Array.isArray(is) ? listOf(is) : isObject(is) ? [is] : []
  if (list.length > LIMITS.flowConditions || list.some((one) => 'and' in one || 'or' in one || 'not' in one))
    return undefined
  return list.map(({ field = '', op = '=', value = '' }) => ({
    ...{ join: 'and' as const, field: String(field), op: String(op) },
    value: Array.isArray(value) ? value.join(', ') : String(value),
  }))
}

/** The condition of rows, and the place of each row in it. */
export function conditionOf(rows: readonly Row[]): { is: unknown; places: string[] } {
  const groups: Row[][] = []
  for (const row of rows) {
    if (row.join === 'or' || groups.length === 0) groups.push([row])
    else groups.at(-1)!.push(row)
  }
  const [only = []] = groups
  if (groups.length < 2) return { is: only.map(written), places: only.map((_, place) => `[${place}]`) }
  return {
    is: { or: groups.map((group) => (group.length === 1 ? written(group[0]!) : { and: group.map(written) })) },
    places: groups.flatMap((group, at) =>
      group.map((_, place) => (group.length === 1 ? `.or[${at}]` : `.or[${at}].and[${place}]`)),
    ),
  }
}

function written({ field, op, value }: Row): Entry {
  return { field, op, value: LISTS.has(op) ? value.split(',').flatMap((text) => text.trim() || []) : value }
}

/** Rows of a form; a row without a text is none. The name of a label alone is taken for the label. */
export function readRows(form: Form): Row[] {
  const [joins, fields, ops, values] = ['row.join', 'row.field', 'row.op', 'row.value'].map((name) => form.getAll(name))
  return fields!.flatMap((text, place): Row[] => {
    const [field, value] = [text.trim(), (values![place] ?? '').trim()]
    if (field === '' && value === '') return []
    return [{ join: joins![place] === 'or' ? 'or' : 'and', field: fieldName(field), op: ops![place] ?? '=', value }]
  })
}

/** `status` has a message of its own. */
function fieldName(text: string): string {
  const isLabel = /^[A-Za-z_]\w*$/.test(text) && !FIELD_NAMES.includes(text) && text !== 'status'
  return isLabel ? `labels.${text}` : text
}

export function writeNested(is: unknown): string {
  return stringify(is)
}

/** A condition in YAML; a text that is none is the condition, and the document says that it is none. */
export function* readNested(yaml: string): Steps<unknown> {
  const { value, problem } = yield* parseYaml(yaml)
  return problem === undefined ? value : yaml
}

/** A condition as people read it: `labels.team = "shop" and (…)`. */
export function conditionText(is: unknown, words: { and: string; or: string; not: string }, inner = false): string {
  const joined = (list: unknown, word: string): string => {
    const parts = listOf(list).map((one) => conditionText(one, words, true))
    return inner && parts.length > 1 ? `(${parts.join(` ${word} `)})` : parts.join(` ${word} `)
  }
  if (Array.isArray(is)) return joined(is, words.and)
  if (!isObject(is)) return ''
  const { and, or, not, field, op = '=', value } = is as Entry
  if (and !== undefined) return joined(and, words.and)
  if (or !== undefined) return joined(or, words.or)
  if (not !== undefined) return `${words.not} (${conditionText(not, words)})`
  return `${String(field)} ${String(op)} ${JSON.stringify(value)}`
}
