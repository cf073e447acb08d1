import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import type { Steps } from '../../base/steps.ts'
import { isObject } from '../../base/value.ts'
import type { RuleEntry } from '../../config/config.ts'
import { joinPath, type Problem, quoted, under } from '../../problem/problem.ts'
import type { RuleProblem } from '../../rule/rule.ts'
import { type EntryProblem, readRuleEntries, ruleEntrySteps } from '../../rule-book/entries.ts'
import { sourceSteps } from '../../rule-book/sources.ts'
import { templateNamed } from '../../rule-templates/template.ts'
import { id } from '../reading/fields.ts'
import { ANY_NAME, type ListResult, type Names, readList } from '../reading/list.ts'
import { type EntryResult, readMapping } from '../reading/mapping.ts'
import { type Collection, entriesById, type Shown } from './section.ts'
import { shownWarnings } from './shown-warnings.ts'

/** `rules`: shipped templates and Sigma rules, matched against every audit record. */
export const rulesSection: Collection<'rules'> = {
  key: 'rules',
  name: 'rules',
  one: 'rule',
  limit: LIMITS.rules,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.rules, nameField: 'id' }, readRule)
    const sigma = yield* readSigma(given, list)
    const value = list.entries.map((entry) => entry.value)
    return { value, problems: [...list.problems, ...sigma.problems], warnings: sigma.warnings, names: list.names }
  },
  show: (list) => list.map(showRule),
  entries: entriesById,
  references(written) {
    const list: unknown[] = Array.isArray(written) ? written : []
    return list.flatMap((rule, place) => {
      if (!isObject(rule) || typeof rule.policy !== 'string') return []
      const entry = typeof rule.id === 'string' ? rule.id : ''
      return [{ path: `[${place}].policy`, to: 'policies', name: rule.policy, entry }]
    })
  },
  collection: true,
  entryWarnings(list, id) {
    const entry = list.find((one) => one.id === id)
    if (entry === undefined) return []
    return readRuleEntries([entry]).warnings.flatMap((warning) =>
      under(warning.field, [located(warning, typeof entry.sigma === 'object')]),
    )
  },
  get schema() {
    return z.array(ruleSchema).max(LIMITS.rules)
  },
  get entry() {
    return ruleSchema
  },
}

export const ruleSchema = z
  .strictObject({
    id,
    enabled: z.boolean().default(true),
    policy: z.string().max(200).optional(),
    template: z.string().max(200).optional().describe('A shipped rule; or else `sigma`'),
    parameters: z.unknown().optional().meta({ type: 'object', additionalProperties: true }),
    sigma: z
      .unknown()
      .optional()
      .meta({ description: 'A Sigma rule, or its YAML as a text', anyOf: [{ type: 'string' }, { type: 'object' }] }),
    ...shownWarnings,
  })
  .meta({ id: 'Rule' })

export function readRule(given: unknown): EntryResult<RuleEntry> {
  const { value, problems } = readMapping(ruleSchema, given)
  if (isObject(given)) problems.push(...contentProblems(given))
  if (value === undefined || problems.length > 0) return { ok: false, problems }
  return { ok: true, value: ruleEntry(value) }
}

function ruleEntry({ id, enabled, policy, template, parameters, sigma }: z.output<typeof ruleSchema>): RuleEntry {
  return {
    id,
    enabled,
    ...(policy === undefined ? {} : { policy }),
    ...(template === undefined ? {} : { template }),
    ...(parameters === undefined ? {} : { parameters: stored(parameters) as Record<string, unknown> }),
    ...(sigma === undefined ? {} : { sigma: stored(sigma) as Record<string, unknown> | string }),
  }
}

/** A rule is a template, with parameters if need be, or Sigma's own document. */
function contentProblems({ template, parameters, sigma }: Record<string, unknown>): Problem[] {
  const problems: Problem[] = []
  if ((template === undefined) === (sigma === undefined)) {
    problems.push({ path: '', message: 'needs either template or sigma' })
  }
  if (parameters !== undefined) {
    if (template === undefined) problems.push({ path: 'parameters', message: 'belongs to a template' })
    else if (!isObject(parameters)) {
      problems.push({ path: 'parameters', message: 'expected a mapping of names to values' })
    }
  }
  if (sigma === undefined) return problems
  if (typeof sigma !== 'string' && !isObject(sigma)) {
    const message = "expected a rule: Sigma's mapping, or its YAML as a text"
    return [...problems, { path: 'sigma', message }]
  }
  if (JSON.stringify(sigma).length <= LIMITS.sigmaChars) return problems
  return [...problems, { path: 'sigma', message: `limit: is longer than ${LIMITS.sigmaChars} characters` }]
}

/** A value as the table gives the value back: the checked text is the text that will be used. */
function stored(value: unknown): unknown {
  return typeof value === 'string' ? value : JSON.parse(JSON.stringify(value))
}

/**
 * The problems that Sigma's reader finds, each at its place: a path in the document, or a line of the text. An entry
 * is read although another field of the entry is refused. A correlation may refer to a rule of an entry that cannot
 * be read: that is no problem of the correlation.
 */
function* readSigma(
  given: unknown,
  { entries }: ListResult<RuleEntry>,
): Steps<{ problems: Problem[]; warnings: Problem[] }> {
  const list: unknown[] = Array.isArray(given) && given.length <= LIMITS.rules ? given : []
  const known = new Map(entries.map(({ place, value }) => [place, value]))
  const read: { place: number; value: RuleEntry }[] = []
  for (const [place, entry] of list.entries()) {
    const value = known.get(place) ?? sigmaEntry(entry)
    if (value !== undefined) read.push({ place, value })
    yield known.has(place) ? UNITS_PER_ENTRY : UNITS_PER_SCHEMA
  }
  const { problems: found, warnings } = yield* ruleEntrySteps(read.map(({ value }) => value))
  const wrong = new Set(found.filter(({ missing, consequence }) => !missing && !consequence).map(({ entry }) => entry))
  const sound = new Set(read.flatMap(({ place }, index) => (wrong.has(index) ? [] : [place])))
  const isReference = found.some(({ missing }) => missing !== undefined)
  const refused: Names[] = []
  for (const [place, entry] of list.entries()) {
    if (isReference && !sound.has(place)) refused.push(yield* definedNames(entry))
  }
  const told = found.filter(({ missing, consequence }) => {
    return !consequence && (missing === undefined || !refused.some((names) => names.has(missing)))
  })
  const inList = (problem: EntryProblem): Problem[] => {
    const { place, value } = read[problem.entry]!
    return under(joinPath('', place, problem.field), [located(problem, typeof value.sigma === 'object')])
  }
  return { problems: told.flatMap(inList), warnings: warnings.flatMap(inList) }
}

const UNITS_PER_ENTRY = 2
/** An entry is compared with its schema. */
const UNITS_PER_SCHEMA = 60

/** The problems that each entry of a list has by itself, whatever else the account has. Paths begin at the list. */
export function* ownProblems(list: readonly unknown[]): Steps<Problem[]> {
  const problems: Problem[] = []
  for (const [place, given] of list.entries()) {
    const entry = readRule(given)
    const found = entry.ok ? yield* sigmaProblems(entry.value) : entry.problems
    for (const problem of under(`[${place}]`, found)) problems.push(problem)
    yield UNITS_PER_SCHEMA
  }
  return problems
}

function* sigmaProblems(entry: RuleEntry): Steps<Problem[]> {
  const { field, sigma } = yield* sourceSteps(entry)
  return under(
    field,
    sigma.problems.map((problem) => located(problem, typeof entry.sigma === 'object')),
  )
}

/** The part of an entry that Sigma's reader needs, if that part is readable. */
function sigmaEntry(given: unknown): RuleEntry | undefined {
  if (!isObject(given) || contentProblems(given).length > 0) return undefined
  const { partial } = readMapping(ruleSchema, given)
  const { id = '', enabled = true, template, parameters, sigma } = partial
  if (template === undefined && sigma === undefined) return undefined
  return ruleEntry({ id, enabled, template, parameters, sigma })
}

/** The ids and names that the rules of a refused entry have, as far as the entry can be read. */
function* definedNames(entry: unknown): Steps<Names> {
  if (!isObject(entry)) return ANY_NAME
  const { id, sigma, template } = entry
  if (isObject(sigma)) return new Set([id, sigma.id, sigma.name])
  const text = typeof template === 'string' ? templateNamed(template)?.text : sigma
  if (typeof text !== 'string' || text.length > LIMITS.sigmaChars) return ANY_NAME
  const { rules, correlations, problems } = (yield* sourceSteps({ id: '', enabled: true, sigma: text })).sigma
  return problems.length > 0
    ? ANY_NAME
    : new Set([id, ...[...rules, ...correlations].flatMap((one) => [one.id, one.name])])
}

function located({ position, path = '', rule, message }: RuleProblem, isObject: boolean): Problem {
  if (isObject) return { path, message }
  const line = position === undefined ? [] : [`line ${position.line}, column ${position.column}`]
  const name = rule === undefined ? [] : [quoted(rule)]
  return { path: '', message: [...line, ...name, ...(path === '' ? [] : [path]), message].join(': ') }
}

function showRule({ enabled, ...written }: RuleEntry): Shown {
  return enabled ? { ...written } : { ...written, enabled }
}
