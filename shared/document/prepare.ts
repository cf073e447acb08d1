import { readFacts } from '../alertmanager-template/facts.ts'
import { LIMITS } from '../base/limits.ts'
import { flatMapSteps, type Steps } from '../base/steps.ts'
import { isObject } from '../base/value.ts'
import type { RuleEntry } from '../config/config.ts'
import { parseMatchers } from '../matcher/parse.ts'
import { compileRegex, isRegex, type RegexBudget, regexBudget } from '../matcher/regex.ts'
import { joinPath, type Problem } from '../problem/problem.ts'
import { prepareRuleEntries } from '../rule-book/sources.ts'
import { sections } from './sections/registry.ts'
import { templateTextOf } from './sections/template-texts.ts'

/*
 * The part of reading a document that takes long, in steps, before the document is read: the size of every list and
 * mapping is checked, regular expressions are compiled within one budget, and Sigma texts are read. The compiled and
 * read things are kept, so reading finds them done. A document that was not prepared is read alike, and at once.
 */

/** tocsin.yml or alertmanager.yml as data. Problems: the document is refused as it is. */
export function* prepareDocument(document: unknown): Steps<Problem[]> {
  const sizes = yield* checkSizes(document)
  const problem = sizes.problem ?? (yield* regexProblem(sizes.mappings)) ?? (yield* templateProblem(document))
  if (problem !== undefined) return [problem]
  if (!isObject(document)) return []
  for (const { name, prepare } of sections) if (prepare !== undefined) yield* prepare(document[name])
  const templates = yield* prepareTemplates(document.templates)
  if (templates.length > 0 || !Array.isArray(document.rules)) return templates
  return yield* prepareRules(document.rules.slice(0, LIMITS.rules))
}

/** Reads the Sigma texts of rules, and holds what all rules of an account need together to its limits. */
export function* prepareRules(list: readonly unknown[]): Steps<Problem[]> {
  const entries = yield* flatMapSteps(list, UNITS_PER_RULE, (given) => {
    const entry = sigmaOf(given)
    return entry === undefined ? [] : [entry]
  })
  const { regexSteps, tests } = yield* prepareRuleEntries(entries)
  const [mostSteps, mostTests] = [LIMITS.documentSigmaRegexSize, LIMITS.documentSigmaTests]
  const many = [
    ...(regexSteps > mostSteps ? [`${mostSteps} steps of regular expressions are allowed in all rules`] : []),
    ...(tests > mostTests ? [`${mostTests} tests are allowed in all rules`] : []),
  ]
  return many.map((message) => ({ path: 'rules', message: `limit: ${message}` }))
}

/** Reads the texts of content templates, at whatever places the texts stand. */
export function* prepareTemplates(given: unknown): Steps<Problem[]> {
  let tokens = 0
  for (const text of textsIn(Array.isArray(given) ? given.slice(0, LIMITS.templates) : [])) {
    tokens += (yield* templateTextOf(text)).tokens
    if (tokens <= LIMITS.documentContentTokens) continue
    const message = `limit: ${LIMITS.documentContentTokens} words and signs are allowed in the tags of all templates`
    return [{ path: 'templates', message }]
  }
  return []
}

/** Each text at most once for each list and mapping. A longer text is refused before it is read. */
function* textsIn(value: unknown, seen = new Set<object>()): Generator<string> {
  if (typeof value === 'string' && value.includes('{') && value.length <= LIMITS.contentTextChars) yield value
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const inner of Object.values(value)) yield* textsIn(inner, seen)
}

const UNITS_PER_RULE = 20

/** The fields of an entry that rules are read from; whether the entry is right is the reader's question. */
export function sigmaOf(given: unknown): RuleEntry | undefined {
  if (!isObject(given)) return undefined
  const { template, parameters, sigma } = given
  const isTemplate = typeof template === 'string' && sigma === undefined
  const isSigma = template === undefined && (typeof sigma === 'string' || isObject(sigma))
  if (!isTemplate && !isSigma) return undefined
  // A text beyond the limit is refused before it is read.
  if (isSigma && JSON.stringify(sigma).length > LIMITS.sigmaChars) return undefined
  return { id: '', enabled: true, template, parameters, sigma } as RuleEntry
}

/** Reads the texts that may be templates of Alertmanager: facts about them are kept. */
function* templateProblem(document: unknown): Steps<Problem | undefined> {
  if (!isObject(document)) return undefined
  const { channels, receivers, route, templateFiles } = document
  const texts = new Set<string>()
  let chars = 0
  for (const text of templatesIn([channels, receivers, route, templateFiles])) {
    if (texts.has(text) || text.length > LIMITS.templateFilesChars) continue
    texts.add(text)
    chars += text.length
    if (chars > LIMITS.documentTemplateChars) {
      return {
        path: '',
        message: `limit: ${LIMITS.documentTemplateChars} characters of templates are allowed in a document`,
      }
    }
  }
  for (const text of texts) yield* readFacts(text)
  return undefined
}

/** Every text with an action, each place once, although aliases may show a place several times. */
function* templatesIn(value: unknown): Generator<string> {
  const seen = new Set<unknown>()
  const open = [value]
  while (open.length > 0) {
    const at = open.pop()
    if (typeof at === 'string' && at.includes('{{')) yield at
    if (typeof at !== 'object' || at === null || seen.has(at)) continue
    seen.add(at)
    open.push(...Object.values(at))
  }
}

interface Place {
  value: object
  parent?: Place
  key?: string | number
  depth: number
}

/**
 * Checks every list and mapping of a document, each once, although aliases may show a part at several places: readers
 * look at each entry of a list several times, and recurse into what nests. Returns the mappings, or the first problem.
 */
function* checkSizes(document: unknown): Steps<{ mappings: Record<string, unknown>[]; problem?: Problem }> {
  const mappings: Record<string, unknown>[] = []
  if (typeof document !== 'object' || document === null) return { mappings }
  const seen = new Set<unknown>([document])
  const open: Place[] = [{ value: document, depth: 0 }]
  let values = 0
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, depth } = at
    const count = Array.isArray(value) ? value.length : Object.keys(value).length
    values += count
    const problem = sizeProblem(at, count, values)
    if (problem !== undefined) return { mappings, problem }
    if (isObject(value)) mappings.push(value)
    yield count + 1
    const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
    for (const [key, child] of entries) {
      if (typeof child !== 'object' || child === null || seen.has(child)) continue
      seen.add(child)
      open.push({ value: child, parent: at, key, depth: depth + 1 })
    }
  }
  return { mappings }
}

/** `count`: the entries of the place. `values`: those of the document so far. */
function sizeProblem(place: Place, count: number, values: number): Problem | undefined {
  const [most, what] = Array.isArray(place.value) ? [LIMITS.listEntries, 'entries'] : [LIMITS.mappingKeys, 'keys']
  if (count > most) return limitProblem(place, `has ${count} ${what}, at most ${most} are allowed`)
  if (place.depth > LIMITS.documentDepth) return { path: '', message: 'the document nests too deeply' }
  if (values > LIMITS.documentValues) return limitProblem(undefined, `has more than ${LIMITS.documentValues} values`)
  return undefined
}

function limitProblem(place: Place | undefined, message: string): Problem {
  const parts: (string | number)[] = []
  for (let at = place; at?.key !== undefined; at = at.parent) parts.unshift(at.key)
  return { path: joinPath('', ...parts), message: `limit: ${message}` }
}

/** Compiles the expressions of all matchers, in each of the forms that `reading/matchers.ts` reads. */
function* regexProblem(mappings: readonly Record<string, unknown>[]): Steps<Problem | undefined> {
  const budget = regexBudget(LIMITS.documentRegexSize)
  for (const mapping of mappings) {
    const entries = Object.entries(mapping)
    yield entries.length + 1
    for (const [key, value] of entries) {
      if (key !== 'op' && !MATCHERS.test(key)) continue
      const before = budget.left
      compileOne(mapping, key, value, budget)
      const problem = `limit: ${budget.most} steps of regular expressions are allowed in a document`
      if (budget.left < 0) return { path: '', message: problem }
      yield UNITS_PER_MATCHER + (before - budget.left) * UNITS_PER_REGEX_STEP
    }
  }
  return undefined
}

const UNITS_PER_MATCHER = 20
const UNITS_PER_REGEX_STEP = 8
/** The keys of alertmanager.yml and of inhibit rules. */
const MATCHERS = /^(?:source_|target_)?(?:match_re|matchers)$/

function compileOne(from: Record<string, unknown>, key: string, value: unknown, budget: RegexBudget): void {
  if (key === 'op') {
    const op = value as '='
    if (isRegex({ op }) && typeof from.value === 'string') compileRegex(from.value, budget)
    return
  }
  if (Array.isArray(value)) {
    for (const text of value) if (typeof text === 'string' && budget.left >= 0) parseMatchers(text, budget)
  } else if (isObject(value)) {
    for (const text of Object.values(value)) if (budget.left >= 0) compileRegex(`^(?:${String(text ?? '')})$`, budget)
  }
}
