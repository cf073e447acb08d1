import { readFile, realpath } from 'node:fs/promises'
import { type Origin, originText } from '../../shared/rule/origin.ts'
import { parseSigma } from '../../shared/rule/parse.ts'
import type { Correlation, Rule, RuleProblem } from '../../shared/rule/rule.ts'
import { findFiles } from './files.ts'

export interface LoadedRules {
  rules: Rule[]
  correlations: Correlation[]
  /** The refused rules, with the reasons. */
  problems: RuleProblem[]
}

const RULE_FILES = { pattern: /\.ya?ml$/i, named: '*.yml or *.yaml' }

/** SigmaHQ's largest rule has 295 KB. */
const MAX_FILE_BYTES = 8 * 1024 * 1024

/** Every Sigma file below the named folders, and the named files. Throws when a named path does not exist. */
export async function loadRules(paths: readonly string[]): Promise<LoadedRules> {
  const loaded: LoadedRules = { rules: [], correlations: [], problems: [] }
  const seen = new Set<string>()
  const ids = new Map<string, Origin | undefined>()
  for (const { path, bytes } of await findFiles(paths, RULE_FILES)) {
    const real = await realpath(path)
    if (seen.has(real)) continue
    seen.add(real)
    if (bytes > MAX_FILE_BYTES) loaded.problems.push({ file: path, message: `larger than ${MAX_FILE_BYTES} bytes` })
    else add(loaded, ids, path, await readFile(path, 'utf8'))
  }
  return loaded
}

function add(loaded: LoadedRules, ids: Map<string, Origin | undefined>, file: string, text: string): void {
  const { rules, correlations, problems } = parseSigma(text, file)
  const isNew = ({ id, origin }: Rule | Correlation): boolean => {
    if (!ids.has(id)) return ids.set(id, origin) !== undefined
    const message = `there is a rule of this id already: ${originText(ids.get(id))}`
    loaded.problems.push({ file, position: origin?.position, rule: id, message })
    return false
  }
  loaded.problems.push(...problems)
  loaded.rules.push(...rules.filter(isNew))
  loaded.correlations.push(...correlations.filter(isNew))
}

/** `rules/x.yml:12:5: 1a2b: detection.selection: unknown modifier`. */
export function problemText({ file, position, rule, path, message }: RuleProblem): string {
  const place = [file, position?.line, position?.column].filter((part) => part !== undefined).join(':')
  return [place, rule, path, message].filter((part) => part !== undefined && part !== '').join(': ')
}
