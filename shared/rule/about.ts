import { type Fields, isFields, type Reading, refuse, shown } from './reading.ts'
import { type About, type GroupLabel, LEVELS, type Level } from './rule.ts'

/** Longer than anything that is shown; the specification allows titles of 256. */
const MAX_CHARS = 65_535

/** What a document says about itself. Keys that nobody knows are passed over: people add their own. */
export function readAbout(document: Fields, reading: Reading): About | undefined {
  const name = text(document, 'name', reading)
  const given = text(document, 'id', reading)
  const title = text(document, 'title', reading) ?? name ?? given
  if (title === undefined) return refuse(reading, ['title'], 'is required')
  const about: About = {
    id: given ?? name ?? title,
    title,
    references: texts(document.references),
    tags: texts(document.tags),
    falsepositives: texts(document.falsepositives),
    ...tocsin(document.tocsin, reading),
  }
  const level = readLevel(document.level, reading)
  if (name !== undefined) about.name = name
  if (level !== undefined) about.level = level
  const author = texts(document.author).join(', ')
  if (author !== '') about.author = author
  const status = text(document, 'status', reading)
  if (status !== undefined) about.status = status
  const description = text(document, 'description', reading)
  if (description !== undefined) about.description = description
  return about
}

function text(document: Fields, key: string, reading: Reading): string | undefined {
  const value = document[key]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'object') return refuse(reading, [key], 'has to be a text')
  const whole = String(value)
  return whole.length <= MAX_CHARS ? whole : refuse(reading, [key], `is longer than ${MAX_CHARS} characters`)
}

/** Lists that only people read: one entry may stand alone, and what is no text is left out. */
export function texts(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value]
  return all.filter((one) => typeof one === 'string' || typeof one === 'number').map(String)
}

function readLevel(value: unknown, reading: Reading): Level | undefined {
  if (value === undefined || value === null) return undefined
  const word = String(value).toLowerCase()
  return (
    LEVELS.find((level) => level === word) ??
    refuse(reading, ['level'], `is one of ${LEVELS.join(', ')}, not ${shown(value)}`)
  )
}

/** Our own key: how a rule's matches become alerts. */
function tocsin(value: unknown, reading: Reading): Pick<About, 'labels' | 'annotations' | 'severity'> {
  if (value === undefined || value === null) return {}
  if (!isFields(value)) {
    refuse(reading, ['tocsin'], 'has to be a map')
    return {}
  }
  const own: Pick<About, 'labels' | 'annotations' | 'severity'> = {}
  for (const [key, given] of Object.entries(value)) {
    if (key === 'groupBy') own.labels = groupLabels(given, reading)
    else if (key === 'annotations') own.annotations = names(given, ['tocsin', key], reading) ?? []
    else if (SHIPPED.has(key)) continue
    else if (key === 'severity' && typeof given === 'string' && given !== '') own.severity = given
    else refuse(reading, ['tocsin', key], key === 'severity' ? 'has to be a text' : 'unknown key')
  }
  return own
}

/** What only shipped templates say, for who reads those: `shared/rule-templates`. */
const SHIPPED: ReadonlySet<string> = new Set(['restates', 'parameters'])

/** A list of fields, or a map: label → field, or fields to try one after the other. */
function groupLabels(given: unknown, reading: Reading): GroupLabel[] {
  const path = ['tocsin', 'groupBy']
  if (!isFields(given)) return (names(given, path, reading) ?? []).map((field) => ({ label: field, fields: [field] }))
  return Object.entries(given).map(([label, fields]) => {
    const good = names(fields, [...path, label], reading) ?? []
    if (label === '' || good.length === 0) refuse(reading, [...path, label], 'has to name a field')
    return { label, fields: good }
  })
}

/** Field names: a text or a list of texts, none empty. */
export function names(value: unknown, path: readonly string[], reading: Reading): string[] | undefined {
  const all: unknown[] = Array.isArray(value) ? value : [value]
  const good = all.filter((one): one is string => typeof one === 'string' && one !== '')
  return good.length === all.length ? good : refuse(reading, path, 'has to be a list of names')
}
