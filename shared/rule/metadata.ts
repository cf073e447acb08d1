import { suggestion } from '../base/suggest.ts'
import { isObject } from '../base/value.ts'
import { addProblem, type Fields, type Path, quoted, type Reading } from './reading.ts'
import { type FieldSource, type GroupLabel, type RuleMetadata, SIGMA_LEVELS, type SigmaLevel } from './rule.ts'

/** Longer than a shown text; the specification allows titles of 256. */
const MAX_CHARS = 65_535

/** The metadata of a document. Unknown keys are ignored: authors add keys of their own. */
export function readMetadata(document: Fields, reading: Reading): RuleMetadata | undefined {
  const name = readText(document, 'name', reading)
  const given = readText(document, 'id', reading)
  const title = readText(document, 'title', reading) ?? name ?? given
  if (title === undefined) return addProblem(reading, ['title'], 'is required')
  const author = readTexts(document.author).join(', ')
  return {
    id: given ?? name ?? title,
    title,
    name,
    level: readLevel(document.level, reading),
    author: author === '' ? undefined : author,
    status: readText(document, 'status', reading),
    description: readText(document, 'description', reading),
    references: readTexts(document.references),
    tags: readTexts(document.tags),
    falsepositives: readTexts(document.falsepositives),
    ...readTocsinKey(document.tocsin, reading),
  }
}

function readText(document: Fields, key: string, reading: Reading): string | undefined {
  const value = document[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'object') return addProblem(reading, [key], 'has to be a text')
  const whole = String(value)
  return whole.length <= MAX_CHARS ? whole : addProblem(reading, [key], `is longer than ${MAX_CHARS} characters`)
}

/** Lists for human readers only. A single entry may stand alone, and an entry that is no text is left out. */
export function readTexts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value]
  return all.filter((one) => typeof one === 'string' || typeof one === 'number').map(String)
}

function readLevel(value: unknown, reading: Reading): SigmaLevel | undefined {
  if (value === undefined || value === null) return undefined
  const word = String(value).toLowerCase()
  return (
    SIGMA_LEVELS.find((level) => level === word) ??
    addProblem(
      reading,
      ['level'],
      `is one of ${SIGMA_LEVELS.join(', ')}, not ${quoted(value)}${suggestion(word, SIGMA_LEVELS)}`,
    )
  )
}

/** Our own key: how a rule's matches become alerts. */
function readTocsinKey(value: unknown, reading: Reading): Pick<RuleMetadata, 'labels' | 'annotations' | 'severity'> {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) {
    addProblem(reading, ['tocsin'], 'has to be a map')
    return {}
  }
  const own: Pick<RuleMetadata, 'labels' | 'annotations' | 'severity'> = {}
  for (const [key, given] of Object.entries(value)) {
    if (key === 'groupBy') own.labels = readGroupLabels(given, reading)
    else if (key === 'annotations') own.annotations = readNames(given, ['tocsin', key], reading) ?? []
    else if (TEMPLATE_KEYS.has(key)) continue
    else if (key === 'severity' && typeof given === 'string' && given !== '') own.severity = given
    else
      addProblem(
        reading,
        ['tocsin', key],
        key === 'severity' ? 'has to be a text' : `unknown key${suggestion(key, OWN_KEYS)}`,
      )
  }
  return own
}

const OWN_KEYS = ['groupBy', 'annotations', 'severity']
/** Keys for shipped templates only; `shared/rule-templates` reads these keys. */
const TEMPLATE_KEYS: ReadonlySet<string> = new Set(['restates', 'parameters'])

/** A list of fields, or a map: label → field, or fields to try in order. */
function readGroupLabels(given: unknown, reading: Reading): GroupLabel[] {
  const path = ['tocsin', 'groupBy']
  if (!isObject(given))
    return (readNames(given, path, reading) ?? []).map((field) => ({ label: field, fields: [field] }))
  return Object.entries(given).map(([label, fields]) => {
    const good = readSources(fields, [...path, label], reading)
    if (label === '' || good.length === 0) addProblem(reading, [...path, label], 'has to name a field')
    return { label, fields: good }
  })
}

/** Names of fields, and maps `{resource: TYPE}`. */
function readSources(given: unknown, path: Path, reading: Reading): FieldSource[] {
  const all: unknown[] = Array.isArray(given) ? given : [given]
  return all.flatMap((one, place): FieldSource[] => {
    if (!isObject(one)) return readNames(one, Array.isArray(given) ? [...path, place] : path, reading) ?? []
    const { resource, ...others } = one
    if (typeof resource === 'string' && resource !== '' && Object.keys(others).length === 0) return [{ resource }]
    addProblem(reading, path, 'has to be a field, or a type of resources as {resource: "ACS::ECS::Instance"}')
    return []
  })
}

/** Field names: a text, or a list of texts without an empty text. */
export function readNames(value: unknown, path: Path, reading: Reading): string[] | undefined {
  const all: unknown[] = Array.isArray(value) ? value : [value]
  const good = all.filter((one): one is string => typeof one === 'string' && one !== '')
  return good.length === all.length ? good : addProblem(reading, path, 'has to be a list of names')
}
