import * as z from 'zod'
import type { RuleEntry } from '../config/config.ts'
import { ID } from '../config/limits.ts'
import type { Sections } from '../config/sections.ts'
import { joinPath, type Problem, shown, under } from '../problem/problem.ts'
import { type EntryProblem, readRuleEntries } from '../rule-book/entries.ts'

/** SigmaHQ's largest rule has 295 KB. */
const SIGMA_CHARS = 400_000

/** One entry of `rules`. Sigma's part is looked at by `ruleProblems`. */
export const ruleEntry = z
  .strictObject({
    id: z.string().regex(ID, 'has to be 1 to 100 of the characters a-z A-Z 0-9 . _ / -'),
    enabled: z.boolean().default(true),
    policy: z.string().max(200).optional(),
    template: z.string().max(200).optional(),
    parameters: z.unknown().optional(),
    sigma: z.unknown().optional(),
  })
  .transform((given, context): RuleEntry => {
    const problem = shapeProblem(given)
    if (problem !== undefined) {
      context.addIssue({ code: 'custom', ...problem })
      return z.NEVER
    }
    const { id, enabled, policy, template, parameters, sigma } = given
    return {
      ...{ id, enabled },
      ...(policy === undefined ? {} : { policy }),
      ...(template === undefined ? {} : { template }),
      ...(parameters === undefined ? {} : { parameters: stored(parameters) as Record<string, unknown> }),
      ...(sigma === undefined ? {} : { sigma: stored(sigma) as Record<string, unknown> | string }),
    }
  })

type Given = { template?: unknown; parameters?: unknown; sigma?: unknown }

function shapeProblem({ template, parameters, sigma }: Given): { path?: string[]; message: string } | undefined {
  if ((template === undefined) === (sigma === undefined)) return { message: 'needs either template or sigma' }
  if (parameters !== undefined) {
    if (template === undefined) return { path: ['parameters'], message: 'belongs to a template' }
    if (!isMap(parameters)) return { path: ['parameters'], message: 'expected a mapping of names to values' }
  }
  if (sigma === undefined) return undefined
  if (typeof sigma !== 'string' && !isMap(sigma)) {
    return { path: ['sigma'], message: "expected a rule: Sigma's mapping, or its YAML as a text" }
  }
  if (JSON.stringify(sigma).length <= SIGMA_CHARS) return undefined
  return { path: ['sigma'], message: `limit: is longer than ${SIGMA_CHARS} characters` }
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As it will come back from where it is stored: what is checked is what will be asked. */
function stored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/** What Sigma's reader says of each entry, at its place: a path in the document, or a line of the text. */
export function ruleProblems(entries: readonly RuleEntry[]): Problem[] {
  return readRuleEntries(entries).problems.flatMap((problem) => {
    const base = joinPath('rules', problem.entry, problem.field)
    return under(base, [placed(problem, typeof entries[problem.entry]?.sigma === 'object')])
  })
}

function placed({ position, path = '', rule, message }: EntryProblem, isMap: boolean): Problem {
  if (isMap) return { path, message }
  const line = position === undefined ? [] : [`line ${position.line}, column ${position.column}`]
  const which = rule === undefined ? [] : [shown(rule)]
  return { path: '', message: [...line, ...which, ...(path === '' ? [] : [path]), message].join(': ') }
}

/** Rules whose policy is not there: the policy's alerts would go to nobody. */
export function rulePolicyProblems(next: Sections, section: string | undefined): Problem[] {
  const policies = new Set(next.policies.map(({ id }) => id))
  return next.rules.flatMap(({ id, policy }, place) => {
    if (policy === undefined || policies.has(policy)) return []
    const message = `names a policy ${shown(policy)} that does not exist`
    if (section === undefined) return [{ path: 'policies', message: `rule ${shown(id)} ${message}` }]
    return [{ path: joinPath(section, place, 'policy'), message }]
  })
}

export function maskRule({ enabled, ...written }: RuleEntry): Record<string, unknown> {
  return enabled ? { ...written } : { ...written, enabled }
}
