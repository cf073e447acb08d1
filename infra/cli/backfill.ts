import { parseArguments } from './arguments.ts'
import type { Command, ExitCode, Streams } from './command.ts'
import { findInputs } from './inputs.ts'
import { matchInputs } from './match-inputs.ts'
import { createMatching } from './matching.ts'
import { loadRules, othersText, problemText } from './rule-files.ts'

const HELP = `tocsin backfill --rules PATH… --json FILE…

Runs Sigma rules over audit records, without a server, and prints one line for each match:
{"rule":"<the rule's id>","eventId":"…","time":"…"}

  --rules PATH…   folders (everything below that is called *.yml or *.yaml) and files
  --json FILE…    files and folders (everything below that is called *.json, *.ndjson, *.jsonl or *.gz), - for
                  standard input. NDJSON, {"Records":[…]} as CloudTrail delivers it, or a list of records;
                  plain or packed with gzip. Records are unwrapped as the integrations unwrap them: events of
                  EventBridge, messages of CloudWatch Logs, SNS and SQS, answers of LookupEvents, records of
                  Log Service

Every rule is asked about every record, whatever its logsource. Rules that are refused are named on standard
error, with their place and the reason; the others run. A correlation matches once a burst, with the event
that was enough; the rules that it counts print nothing themselves, unless it says generate: true.

Digest files of CloudTrail are left out and counted. Whatever has neither eventID (eventId) nor eventTime is
named on standard error, and is asked about only if it has other fields of a record. Of each file the first
ten problems are named, and the others are counted.

Exit codes: 0 everything was read · 1 some file or record could not be read; the rest was · 2 nothing was run,
also when a named folder has no such file.
`

export const backfill: Command = {
  name: 'backfill',
  summary: 'run Sigma rules over audit records in files',
  help: HELP,
  async run(args, streams) {
    const parsed = parseArguments(args, ['rules', 'json'])
    if (parsed.ok && parsed.help) {
      streams.stdout.write(HELP)
      return 0
    }
    const given = (name: string): string[] => (parsed.ok ? (parsed.values.get(name) ?? []) : [])
    const missing = ['rules', 'json'].find((name) => given(name).length === 0)
    if (!parsed.ok || missing !== undefined) {
      return fail(streams, `${parsed.ok ? `needs --${missing}` : parsed.error}; see tocsin backfill --help`)
    }
    try {
      const { rules, correlations, problems, others } = await loadRules(given('rules'))
      const inputs = await findInputs(given('json'), streams.stdin)
      const said = new Set<string>()
      const matching = createMatching(rules, correlations, (rule, error) => {
        if (!said.has(rule.id)) streams.stderr.write(`${rule.id}: failed on a record: ${String(error)}\n`)
        said.add(rule.id)
      })
      for (const problem of [...problems, ...matching.problems]) {
        streams.stderr.write(`refused: ${problemText(problem)}\n`)
      }
      if (others.length > 0) streams.stderr.write(`${othersText(others)}\n`)
      if (rules.length === 0) return fail(streams, `no rule in ${given('rules').join(', ')}`)
      return await matchInputs(inputs, matching, streams)
    } catch (error) {
      return fail(streams, error instanceof Error ? error.message : String(error))
    }
  },
}

function fail({ stderr }: Streams, message: string): ExitCode {
  stderr.write(`tocsin backfill: ${message}\n`)
  return 2
}
