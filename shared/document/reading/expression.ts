import * as z from 'zod'
import { suggestion } from '../../base/suggest.ts'
import { isObject } from '../../base/value.ts'
import type { Condition, ConditionOperator, Expression } from '../../config/flow.ts'
import { orderOf } from '../../flow/expression.ts'
import { FIELD_NAMES, fieldOf } from '../../flow/fields.ts'
import { quoted } from '../../problem/problem.ts'
import { regexProblem } from './matchers.ts'

/*
 * Conditions of action flows: `{field, op, value}`, and `and`, `or`, `not` around conditions. A list is a condition of
 * which all entries hold. Read by hand: a schema of alternatives would call a misspelt condition an invalid input, and
 * not name the word.
 */

/** Levels of nesting. */
const MOST_LEVELS = 8
/** Texts of one `in`. */
const MOST_VALUES = 100
const VALUE_CHARS = 4_096

const OPERATORS: readonly ConditionOperator[] = ['=', '!=', 'in', 'not in', '=~', '!~', '>', '>=', '<', '<=']
const LEVELS = ['P1', 'P2', 'P3', 'P4']

/** A condition with everything in it; problems have the path of the wrong word. */
export const expression = z
  .unknown()
  .transform((given, context): Expression => {
    const refuse: Refuse = (path, message) => context.addIssue({ code: 'custom', path, message })
    return readExpression(given, [], refuse) ?? { and: [] }
  })
  .meta({
    id: 'Condition',
    description: 'A condition `{field, op, value}`, a list of conditions that all hold, or `{and}`, `{or}`, `{not}`',
    oneOf: [
      {
        type: 'object',
        properties: {
          field: { type: 'string' },
          op: { type: 'string', enum: OPERATORS },
          value: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: 'string' } }] },
        },
        required: ['field', 'value'],
      },
      { type: 'array', items: {} },
      { type: 'object', properties: { and: { type: 'array', items: {} } }, required: ['and'] },
      { type: 'object', properties: { or: { type: 'array', items: {} } }, required: ['or'] },
      { type: 'object', properties: { not: {} }, required: ['not'] },
    ],
  })

type Path = (string | number)[]
type Refuse = (path: Path, message: string) => void

function readExpression(given: unknown, path: Path, refuse: Refuse, level = 1): Expression | undefined {
  if (level > MOST_LEVELS) return refused(refuse, path, `limit: nests deeper than ${MOST_LEVELS} levels`)
  if (Array.isArray(given)) return readAll('and', given, path, refuse, level)
  if (!isObject(given)) return refused(refuse, path, 'expected a condition, or a list of conditions')
  const [word, ...others] = ['and', 'or', 'not'].filter((name) => Object.hasOwn(given, name))
  if (word === undefined) return readCondition(given, path, refuse)
  for (const name of Object.keys(given)) {
    if (name === word) continue
    refuse([...path, name], others.includes(name) ? `cannot stand beside ${word}` : 'unknown key')
  }
  if (word !== 'not') return readAll(word as 'and' | 'or', given[word], [...path, word], refuse, level)
  const not = readExpression(given.not, [...path, 'not'], refuse, level + 1)
  return not && { not }
}

function readAll(
  word: 'and' | 'or',
  given: unknown,
  path: Path,
  refuse: Refuse,
  level: number,
): Expression | undefined {
  if (!Array.isArray(given)) return refused(refuse, path, 'expected a list of conditions')
  if (given.length === 0) return refused(refuse, path, 'must have a condition')
  const parts = given.map((part, place) => readExpression(part, [...path, place], refuse, level + 1))
  const read = parts.filter((part) => part !== undefined)
  if (read.length < parts.length) return undefined
  return word === 'and' ? { and: read } : { or: read }
}

const KEYS = ['field', 'op', 'value']

function readCondition(given: Record<string, unknown>, path: Path, refuse: Refuse): Condition | undefined {
  let whole = true
  const say = (name: string, message: string): void => {
    whole = false
    refuse([...path, name], message)
  }
  for (const name of Object.keys(given)) {
    if (!KEYS.includes(name)) say(name, `unknown key${suggestion(name, KEYS)}`)
  }
  const { field, op = '=', value } = given
  const fieldMessage = fieldProblem(field)
  if (fieldMessage !== undefined) say('field', fieldMessage)
  if (!isOperator(op)) {
    say('op', `is not an operator: one of ${OPERATORS.join(', ')}`)
    return undefined
  }
  const list = op === 'in' || op === 'not in'
  const read = readTexts(value, list)
  if ('problem' in read) {
    say('value', read.problem)
    return undefined
  }
  const { texts } = read
  for (const [place, text] of texts.entries()) {
    const message = valueProblem(typeof field === 'string' ? field : '', op, text)
    if (message === undefined) continue
    whole = false
    refuse([...path, 'value', ...(list ? [place] : [])], message)
  }
  return whole && typeof field === 'string' ? { field, op, value: list ? texts : texts[0]! } : undefined
}

function fieldProblem(field: unknown): string | undefined {
  if (field === undefined) return 'is required'
  if (typeof field !== 'string') return 'expected a text'
  if (field === 'status') {
    return 'is no field of a condition: an end is told to the targets that were told of the beginning'
  }
  if (fieldOf(field) !== undefined) return undefined
  const names = [...FIELD_NAMES, 'labels.<name>', 'annotations.<name>']
  return `${quoted(field)} is not a field: one of ${names.join(', ')}`
}

function isOperator(op: unknown): op is ConditionOperator {
  return OPERATORS.some((one) => one === op)
}

type Texts = { texts: string[] } | { problem: string }

/** The texts of a value. Numbers of a document are texts: the fields of alerts are texts too. */
function readTexts(value: unknown, list: boolean): Texts {
  if (value === undefined || value === null) return { problem: 'is required' }
  if (!list && Array.isArray(value)) return { problem: 'expected one text: the operators in and not in take a list' }
  if (list && !Array.isArray(value)) return { problem: 'expected a list of texts' }
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0) return { problem: 'must have a text' }
  if (values.length > MOST_VALUES) {
    return { problem: `limit: has ${values.length} texts, at most ${MOST_VALUES} are allowed` }
  }
  if (!values.every((one) => SCALARS.has(typeof one))) return { problem: list ? 'expected texts' : 'expected a text' }
  const texts = values.map(String)
  const tooLong = texts.some((text) => text.length > VALUE_CHARS)
  return tooLong ? { problem: `limit: has more than ${VALUE_CHARS} characters` } : { texts }
}

const SCALARS = new Set(['string', 'number', 'bigint', 'boolean'])

function valueProblem(field: string, op: ConditionOperator, text: string): string | undefined {
  if (op === '=~' || op === '!~') return regexProblem({ op, value: text })
  const level = field === 'level'
  if (level && !LEVELS.includes(text)) return `is not a level: one of ${LEVELS.join(', ')}`
  const ordered = op === '>' || op === '>=' || op === '<' || op === '<='
  return ordered && Number.isNaN(orderOf(field)(text)) ? `is not a number, which ${op} compares` : undefined
}

function refused(refuse: Refuse, path: Path, message: string): undefined {
  refuse(path, message)
}
