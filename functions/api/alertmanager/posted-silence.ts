import type { Labels } from '../../../shared/alert/labels.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { isObject, jsonType } from '../../../shared/base/value.ts'
import { goTimeError } from '../../../shared/integrations/go-errors.ts'
import type { Matcher } from '../../../shared/matcher/matcher.ts'
import type { PostedSilence } from '../../../shared/silence/silence.ts'
import { schemaViolation } from './route.ts'

export type ReadSilence = { ok: true; silence: PostedSilence } | { ok: false; answer: Response }

/**
 * The body of POST /api/v2/silences, with the answers of Alertmanager (facts from prometheus/alertmanager,
 * Apache-2.0): first an unreadable field, in the order of the body, then a missing field, in the order of the names.
 */
export function readPostedSilence(value: unknown): ReadSilence {
  // Null is an empty silence, as for Go.
  const read = readFields(value === null ? {} : value)
  if (typeof read === 'string') return { ok: false, answer: unreadable(read) }
  const missing = firstMissing(read)
  if (missing !== undefined) return { ok: false, answer: missing }
  const { id, matchers, startsAt, endsAt, createdBy, comment, annotations } = read
  const silence: PostedSilence = {
    id: id || undefined,
    matchers: matchers!.map(toMatcher),
    startsAt: startsAt!,
    endsAt: endsAt!,
    createdBy: createdBy!,
    comment: comment!,
    annotations,
  }
  return { ok: true, silence }
}

/** An error of the JSON reader, wrapped as go-openapi wraps errors. */
export function unreadable(why: string): Response {
  const body = { code: 400, message: `parsing silence body from "" failed, because ${why}` }
  return new Response(JSON.stringify(body), { status: 400, headers: { 'content-type': 'application/json' } })
}

interface Fields {
  id?: string
  matchers?: PostedMatcher[]
  startsAt?: Millis
  endsAt?: Millis
  createdBy?: string
  comment?: string
  annotations?: Labels
}

interface PostedMatcher {
  name?: string
  value?: string
  isRegex?: boolean
  isEqual?: boolean
}

/** The fields of the body, by type, or as a text the reason why a field cannot be read. Null counts as absent. */
function readFields(value: unknown): Fields | string {
  if (!isObject(value)) return typeError(value, 'value', 'struct { ID string "json:\\"id,omitempty\\"" }')
  const fields: Record<string, unknown> = {}
  for (const [key, given] of Object.entries(value)) {
    if (given === null) continue
    const name = FIELDS.get(key.toLowerCase())
    // Alertmanager ignores unknown fields.
    if (name === undefined) continue
    const read = readField(name, given)
    if ('error' in read) return read.error
    fields[name] = read.value
  }
  return fields as Fields
}

/** Go matches the names of fields in any case. An `IsEqual` that is not read would silence the opposite alerts. */
function inAnyCase<Name extends string>(names: Name[]): Map<string, Name> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

const FIELDS = inAnyCase(['id', 'matchers', 'startsAt', 'endsAt', 'createdBy', 'comment', 'annotations'])

type ReadField = { value: unknown } | { error: string }

function readField(name: keyof Fields, given: unknown): ReadField {
  switch (name) {
    case 'id':
    case 'createdBy':
    case 'comment':
      return typeof given === 'string' ? { value: given } : { error: fieldError(given, name, 'string') }
    case 'startsAt':
    case 'endsAt':
      return readTime(name, given)
    case 'matchers':
      return readMatchers(given)
    case 'annotations':
      return readLabels(given)
  }
}

function readTime(name: string, given: unknown): ReadField {
  if (typeof given !== 'string') return { error: fieldError(given, name, 'strfmt.DateTime') }
  const at = parseRfc3339(given)
  return at === undefined ? { error: goTimeError(given) } : { value: at }
}

function readLabels(given: unknown): ReadField {
  if (!isObject(given)) return { error: fieldError(given, 'annotations', 'models.LabelSet') }
  const wrong = Object.values(given).find((text) => typeof text !== 'string')
  return wrong === undefined ? { value: { ...given } } : { error: fieldError(wrong, 'annotations', 'string') }
}

const MATCHER_TYPES = { name: 'string', value: 'string', isRegex: 'boolean', isEqual: 'boolean' } as const
const MATCHER_FIELDS = inAnyCase(['name', 'value', 'isRegex', 'isEqual'])

function readMatchers(given: unknown): ReadField {
  if (!Array.isArray(given)) return { error: fieldError(given, 'matchers', 'models.Matchers') }
  const matchers: PostedMatcher[] = []
  for (const item of given as unknown[]) {
    // A null in the list is a matcher without fields; `firstMissing` names the missing fields.
    if (item !== null && !isObject(item)) return { error: fieldError(item, 'matchers', 'models.Matcher') }
    const matcher: Record<string, unknown> = {}
    for (const [key, field] of Object.entries(item ?? {})) {
      const name = MATCHER_FIELDS.get(key.toLowerCase())
      if (name === undefined || field === null) continue
      const type = MATCHER_TYPES[name]
      if (typeof field !== type) {
        return { error: fieldError(field, `matchers.${name}`, type === 'boolean' ? 'bool' : 'string') }
      }
      matcher[name] = field
    }
    matchers.push(matcher)
  }
  return { value: matchers }
}

function firstMissing(fields: Fields): Response | undefined {
  for (const name of ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt'] as const) {
    if (fields[name] === undefined) return schemaViolation(602, `${name} in body is required`)
    if (name !== 'matchers') continue
    if (fields.matchers!.length === 0) return schemaViolation(612, 'matchers in body should have at least 1 items')
    for (const [index, matcher] of fields.matchers!.entries()) {
      for (const field of ['isRegex', 'name', 'value'] as const) {
        if (matcher[field] === undefined) {
          return schemaViolation(602, `matchers.${index}.${field} in body is required`)
        }
      }
    }
  }
  return undefined
}

/** `isEqual` came later than the API: an absent `isEqual` is true. */
function toMatcher({ name, value, isRegex, isEqual = true }: PostedMatcher): Matcher {
  const op = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
  return { name: name!, op, value: value! }
}

function fieldError(given: unknown, field: string, type: string): string {
  return typeError(given, `struct field PostableSilence.${field}`, type)
}

function typeError(given: unknown, where: string, type: string): string {
  return `json: cannot unmarshal ${jsonType(given)} into Go ${where} of type ${type}`
}
