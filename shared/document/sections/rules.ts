import * as z from 'zod'
import type { RuleEntry } from '../../config/config.ts'
import { joinPath, type Problem, quoted, under } from '../../problem/problem.ts'
import { type EntryProblem, readRuleEntries } from '../../rule-book/entries.ts'
import { id } from '../reading/fields.ts'
import { type ListResult, readList } from '../reading/list.ts'
import { type EntryResult, isMapping, readMapping } from '../reading/mapping.ts'
import { type Collection, entriesById, type Shown } from './section.ts'

const LIMIT = 1_000
/** SigmaHQ's largest rule has 295 KB. */
const SIGMA_CHARS = 400_000

/** `rules`: shipped templates and Sigma rules, matched against every audit record. */
export const rulesSection: Collection<'rules'> = {
  key: 'rules',
  name: 'rules',
  one: 'rule',
  limit: LIMIT,
  read(given) {
    const list = readList(given, { limit: LIMIT, nameField: 'id' }, readRule)
    const problems = [...list.problems, ...sigmaProblems(list, given)]
    return { value: list.entries.map(({ value }) => value), problems, names: list.names }
  },
  show: (list) => list.map(showRule),
  entries: entriesById,
  references(written) {
    const list: unknown[] = Array.isArray(written) ? written : []
    return list.flatMap((rule, place) => {
      if (!isMapping(rule) || typeof rule.policy !== 'string') return []
      const entry = typeof rule.id === 'string' ? rule.id : ''
      return [{ path: `[${place}].policy`, to: 'policies', name: rule.policy, entry }]
    })
  },
  collection: true,
}

const schema = z.strictObject({
  id,
  enabled: z.boolean().default(true),
  policy: z.string().max(200).optional(),
  template: z.string().max(200).optional(),
  parameters: z.unknown().optional(),
  sigma: z.unknown().optional(),
})

function readRule(given: unknown): EntryResult<RuleEntry> {
  const { value, problems } = readMapping(schema, given)
  if (isMapping(given)) problems.push(...contentProblems(given))
  if (value === undefined || problems.length > 0) return { ok: false, problems }
  const { id, enabled, policy, template, parameters, sigma } = value
  return {
    ok: true,
    value: {
      ...{ id, enabled },
      ...(policy === undefined ? {} : { policy }),
      ...(template === undefined ? {} : { template }),
      ...(parameters === undefined ? {} : { parameters: stored(parameters) as Record<string, unknown> }),
      ...(sigma === undefined ? {} : { sigma: stored(sigma) as Record<string, unknown> | string }),
    },
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
    else if (!isMapping(parameters)) {
      problems.push({ path: 'parameters', message: 'expected a mapping of names to values' })
    }
  }
  if (sigma === undefined) return problems
  if (typeof sigma !== 'string' && !isMapping(sigma)) {
    const message = "expected a rule: Sigma's mapping, or its YAML as a text"
    return [...problems, { path: 'sigma', message }]
  }
  if (JSON.stringify(sigma).length <= SIGMA_CHARS) return problems
  return [...problems, { path: 'sigma', message: `limit: is longer than ${SIGMA_CHARS} characters` }]
}

/** A value as the table gives the value back: the checked text is the text that will be used. */
function stored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/**
 * The problems that Sigma's reader finds, each at its place: a path in the document, or a line of the text. A
 * correlation may refer to a rule of a refused entry: that is no problem of the correlation.
 */
function sigmaProblems({ entries }: Pick<ListResult<RuleEntry>, 'entries'>, given: unknown): Problem[] {
  const found = readRuleEntries(entries.map(({ value }) => value)).problems
  const list: unknown[] = Array.isArray(given) ? given : []
  const wrong = new Set(found.filter(({ missing, consequence }) => !missing && !consequence).map(({ entry }) => entry))
  const sound = new Set(entries.flatMap(({ place }, index) => (wrong.has(index) ? [] : [place])))
  const refused = list.filter((_, place) => !sound.has(place))
  return found.flatMap((problem) => {
    const { entry, field, missing, consequence } = problem
    if (consequence) return []
    if (missing !== undefined && refused.some((one) => mayDefine(one, missing))) return []
    const { place, value } = entries[entry]!
    return under(joinPath('', place, field), [located(problem, typeof value.sigma === 'object')])
  })
}

/** Whether a refused entry may hold a rule of that id or name: a text or a template is not looked into. */
function mayDefine(entry: unknown, name: string): boolean {
  if (!isMapping(entry) || !isMapping(entry.sigma)) return true
  return [entry.id, entry.sigma.id, entry.sigma.name].includes(name)
}

function located({ position, path = '', rule, message }: EntryProblem, isMapping: boolean): Problem {
  if (isMapping) return { path, message }
  const line = position === undefined ? [] : [`line ${position.line}, column ${position.column}`]
  const name = rule === undefined ? [] : [quoted(rule)]
  return { path: '', message: [...line, ...name, ...(path === '' ? [] : [path]), message].join(': ') }
}

function showRule({ enabled, ...written }: RuleEntry): Shown {
  return enabled ? { ...written } : { ...written, enabled }
}
