import { readFile, realpath } from 'node:fs/promises'
import { applyFilters } from '../../shared/rule/filter.ts'
import { originText } from '../../shared/rule/origin.ts'
import { parseSigma } from '../../shared/rule/parse.ts'
import { createFinder, scopesOf } from '../../shared/rule/references.ts'
import type { Correlation, Filter, Origin, Rule, RuleProblem } from '../../shared/rule/rule.ts'
import { findFiles } from './files.ts'

export interface LoadedRules {
  /** With the conditions of the filters among the files. */
  rules: Rule[]
  correlations: Correlation[]
  filters: Filter[]
  /** The refused rules, with the reasons. */
  problems: RuleProblem[]
  /** What the authors of rules that can run surely did not mean. */
  warnings: RuleProblem[]
  /** Files below folders that contain no Sigma rule, such as workflows of a repository. */
  others: string[]
}

const RULE_FILES = { pattern: /\.ya?ml$/i, named: '*.yml or *.yaml' }

/** SigmaHQ's largest rule has 295 KB. */
const MAX_FILE_BYTES = 8 * 1024 * 1024

/** Every Sigma file below the named folders, and the named files. Throws when a named path does not exist. */
export async function loadRules(paths: readonly string[]): Promise<LoadedRules> {
  const loaded: LoadedRules = { rules: [], correlations: [], filters: [], problems: [], warnings: [], others: [] }
  const seen = new Set<string>()
  const ids = new Map<string, Origin | undefined>()
  for (const { path, bytes } of await findFiles(paths, RULE_FILES)) {
    const real = await realpath(path)
    if (seen.has(real)) continue
    seen.add(real)
    if (bytes > MAX_FILE_BYTES) {
      loaded.problems.push({ file: path, message: `larger than ${MAX_FILE_BYTES} bytes` })
      continue
    }
    const text = await readFile(path, 'utf8')
    if (!paths.includes(path) && !looksLikeSigma(text)) loaded.others.push(path)
    else add(loaded, ids, path, text)
  }
  return withFilters(loaded)
}

/**
 * Whether a file among many is meant as a rule: a key that only Sigma's documents have stands at the beginning of a
 * line, or a title with Sigma's metadata. The text decides, since a file with a broken rule may be no YAML.
 */
function looksLikeSigma(text: string): boolean {
  const has = (keys: string): boolean => new RegExp(`^(?:\\{\\s*)?["']?(?:${keys})["']?\\s*:`, 'm').test(text)
  return has('detection|logsource|correlation|filter|timespan') || (has('title') && has('id|level|status|tocsin'))
}

function add(loaded: LoadedRules, ids: Map<string, Origin | undefined>, file: string, text: string): void {
  const { rules, correlations, filters, problems, warnings } = parseSigma(text, file)
  const isNew = ({ id, origin }: Rule | Correlation | Filter): boolean => {
    if (!ids.has(id)) return ids.set(id, origin) !== undefined
    const message = `there is a rule of this id already: ${originText(ids.get(id))}`
    loaded.problems.push({ file, position: origin?.position, rule: id, message })
    return false
  }
  loaded.problems.push(...problems)
  loaded.warnings.push(...warnings)
  loaded.rules.push(...rules.filter(isNew))
  loaded.correlations.push(...correlations.filter(isNew))
  loaded.filters.push(...filters.filter(isNew))
}

function withFilters(loaded: LoadedRules): LoadedRules {
  const { filters, correlations } = loaded
  if (filters.length === 0) return loaded
  const scopes = scopesOf([...loaded.rules, ...correlations])
  const find = createFinder()
  const { rules, problems, warnings } = applyFilters(loaded.rules, filters, (reference, { origin }) =>
    find(reference, scopes(origin)),
  )
  return {
    ...loaded,
    rules,
    problems: [...loaded.problems, ...problems],
    warnings: [...loaded.warnings, ...warnings],
  }
}

/** `rules/x.yml:12:5: 1a2b: detection.selection: unknown modifier`. */
export function problemText({ file, position, rule, path, message }: RuleProblem): string {
  const place = [file, position?.line, position?.column].filter((part) => part !== undefined).join(':')
  return [place, rule, path, message].filter((part) => part !== undefined && part !== '').join(': ')
}

/** A checkout of rules for every product has thousands of rules that are never asked, for a few reasons. */
const MAX_ALIKE = 3
const MAX_WARNINGS = 20

/** A line for every warning. Of many warnings with the same words, the first one and the number of the others. */
export function warningLines(warnings: readonly RuleProblem[]): string[] {
  const lines: string[] = []
  const manyAlike: string[] = []
  for (const alike of Map.groupBy(warnings, ({ message }) => message).values()) {
    const [first, ...others] = alike.map((warning) => `warning: ${problemText(warning)}`)
    if (alike.length <= MAX_ALIKE) lines.push(first!, ...others)
    else manyAlike.push(`${first} (and ${others.length} more rules)`)
  }
  const all = [...lines, ...manyAlike]
  const more = all.length - MAX_WARNINGS
  return more > 0 ? [...all.slice(0, MAX_WARNINGS), `… and ${more} more warnings`] : all
}

/** `2 files without a Sigma rule were left out: .github/workflows/test.yml, …`. */
export function othersText(others: readonly string[]): string {
  const [first] = others
  if (others.length === 1) return `1 file without a Sigma rule was left out: ${first}`
  return `${others.length} files without a Sigma rule were left out: ${first}, …`
}
