import { digest } from '../base/hash.ts'
import { LIMITS } from '../base/limits.ts'
import type { Steps } from '../base/steps.ts'
import type { RuleEntry } from '../config/config.ts'
import { pathText } from '../rule/origin.ts'
import { emptySigma, type ParsedSigma, parseSigmaObject, readSigma } from '../rule/parse.ts'
import type { RuleProblem } from '../rule/rule.ts'
import { parameterPlaces, parameterText, withParameters } from '../rule-templates/parameters.ts'
import { templateNamed } from '../rule-templates/template.ts'

/** An entry's Sigma text, read. Problems are about the member `field` of the entry. */
export interface EntrySource {
  field: 'template' | 'parameters' | 'sigma'
  sigma: ParsedSigma
  text: string
}

/**
 * Reads the texts of the entries in steps, and counts what is limited for an account. A kept text is not read again: a
 * change of one rule among a thousand reads one text.
 */
export function* prepareRuleEntries(entries: readonly RuleEntry[]): Steps<{ regexSteps: number; tests: number }> {
  let regexSteps = 0
  let tests = 0
  for (const entry of entries) {
    const { sigma } = yield* sourceSteps(entry)
    regexSteps += sigma.regexSteps
    tests += sigma.tests
    if (regexSteps > LIMITS.documentSigmaRegexSize || tests > LIMITS.documentSigmaTests) break
  }
  return { regexSteps, tests }
}

/** Reads the text of an entry, unless the text was read before. */
export function* sourceSteps(entry: RuleEntry): Steps<EntrySource> {
  const { key, chars } = keyOf(entry)
  const known = kept.get(key)
  if (known !== undefined) {
    // The source is put back at the end: the first source is the one that nobody needed for the longest time.
    kept.delete(key)
    kept.set(key, known)
    yield UNITS_PER_KEY + chars / CHARS_PER_UNIT
    return known.source
  }
  const source = yield* readSource(entry)
  keep(key, source, chars)
  const { regexSteps, tests } = source.sigma
  yield UNITS_PER_TEXT + chars / CHARS_PER_UNIT + regexSteps * UNITS_PER_REGEX_STEP + tests
  return source
}

/** Keeps a source that was not read from the text. Returns units of work. */
export function keepSource(entry: RuleEntry, source: EntrySource): number {
  const { key, chars } = keyOf(entry)
  if (!kept.has(key)) keep(key, source, chars)
  return UNITS_PER_KEY + chars / CHARS_PER_UNIT
}

function keyOf({ template, parameters, sigma }: RuleEntry): { key: string; chars: number } {
  const text = JSON.stringify([template, parameters, sigma])
  return { key: digest([text]), chars: text.length }
}

function keep(key: string, source: EntrySource, chars: number): void {
  kept.set(key, { source, chars })
  keptChars += chars
  for (const [oldest, { chars: freed }] of kept) {
    if (keptChars <= KEPT_CHARS) return
    kept.delete(oldest)
    keptChars -= freed
  }
}

/**
 * The cache of a pure function, large enough for an account of the largest size: a request that reads all rules twice reads
 * each text once. An entry of the cache is never changed.
 */
const KEPT_CHARS = LIMITS.rulesBytes
const kept = new Map<string, { source: EntrySource; chars: number }>()
let keptChars = 0
/** The text of an entry is written and hashed. */
const UNITS_PER_KEY = 10
const UNITS_PER_TEXT = 200
const CHARS_PER_UNIT = 64
const UNITS_PER_REGEX_STEP = 4

function* readSource({ template: name, parameters, sigma: given = '' }: RuleEntry): Steps<EntrySource> {
  if (name === undefined) {
    const sigma = typeof given === 'string' ? yield* readSigma(given) : parseSigmaObject(given)
    if (sigma.rules.length + sigma.correlations.length + sigma.filters.length + sigma.problems.length === 0) {
      sigma.problems.push({ message: 'there is no rule in it' })
    }
    return { field: 'sigma', sigma, text: JSON.stringify(given) }
  }
  const template = templateNamed(name)
  if (template === undefined) {
    return unreadableEntry('template', `no template ${JSON.stringify(name.slice(0, 100))} is shipped`)
  }
  const filled =
    parameters === undefined ? { ok: true as const, text: template.text } : withParameters(template, parameters)
  if (!filled.ok) return unreadableEntry('parameters', filled.error)
  const sigma = yield* readSigma(filled.text)
  if (sigma.problems.length === 0) return { field: 'template', sigma, text: filled.text }
  // A shipped rule has no problem of its own.
  const places = [...parameterPlaces(template)].map(([name, place]) => ({ name, path: pathText(place) }))
  const problems = sigma.problems.map(({ path = '', message }): RuleProblem => {
    const parameter = places.find((place) => path.startsWith(place.path))?.name
    return { message: parameter === undefined ? message : parameterText(template, parameter, message) }
  })
  return { field: 'parameters', sigma: { ...sigma, problems }, text: filled.text }
}

function unreadableEntry(field: EntrySource['field'], message: string): EntrySource {
  return { field, sigma: { ...emptySigma(), problems: [{ message }] }, text: '' }
}
