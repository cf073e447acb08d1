import { resolveCorrelations } from '../../shared/rule/references.ts'
import { parseArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { loadRules, othersText, problemText, warningLines } from './rule-files.ts'

const HELP = `tocsin check --rules PATH…

Reads Sigma files and says which rules would be refused, and why. Warnings name rules that can run, and that
mean something else than their authors surely meant.

  --rules PATH…   folders (the Sigma rules below, in files that are called *.yml or *.yaml) and files

Exit codes: 0 every rule can run · 1 some cannot · 2 nothing was checked.
`

export const check: Command = {
  name: 'check',
  summary: 'say which Sigma rules cannot run, and why',
  help: HELP,
  async run(args, { stdout, stderr }) {
    const parsed = parseArguments(args, ['rules'])
    if (parsed.ok && parsed.help) {
      stdout.write(HELP)
      return 0
    }
    const paths = parsed.ok ? (parsed.values.get('rules') ?? []) : []
    if (!parsed.ok || paths.length === 0) {
      stderr.write(`tocsin check: ${parsed.ok ? 'needs --rules PATH' : parsed.error}\n`)
      return 2
    }
    try {
      const { rules, correlations, filters, problems, warnings, others } = await loadRules(paths)
      const wrong = [...problems, ...resolveCorrelations(rules, correlations).problems]
      for (const problem of wrong) stderr.write(`${problemText(problem)}\n`)
      for (const line of warningLines(warnings)) stderr.write(`${line}\n`)
      if (others.length > 0) stderr.write(`${othersText(others)}\n`)
      const filterCount = filters.length === 0 ? '' : `, ${filters.length} filters`
      stdout.write(
        `${rules.length} rules, ${correlations.length} correlations${filterCount}, ${wrong.length} problems\n`,
      )
      if (wrong.length > 0) return 1
      return rules.length > 0 ? 0 : 2
    } catch (error) {
      stderr.write(`tocsin check: ${error instanceof Error ? error.message : String(error)}\n`)
      return 2
    }
  },
}
