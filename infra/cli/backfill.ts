import { availableParallelism } from 'node:os'
import { parseArguments } from './arguments.ts'
import type { Command, ExitCode, Streams } from './command.ts'
import { createCounting } from './counting.ts'
import { findInputs } from './inputs.ts'
import { matchInputs } from './match-inputs.ts'
import { createPool } from './match-pool.ts'
import { loadRules, othersText, problemText } from './rule-files.ts'

const HELP = `tocsin backfill --rules PATH… --json FILE… [--threads N]

Runs Sigma rules over audit records, without a server, and prints one line for each match:
{"rule":"<the rule's id>","eventId":"…","time":"…"}

  --rules PATH…   folders (everything below that is called *.yml or *.yaml) and files
  --json FILE…    files and folders (everything below that is called *.json, *.ndjson, *.jsonl or *.gz), - for
                  standard input. NDJSON, {"Records":[…]} as CloudTrail delivers it, or a list of records;
                  plain or packed with gzip. Records are unwrapped as the integrations unwrap them: events of
                  EventBridge, messages of CloudWatch Logs, SNS and SQS, answers of LookupEvents, records of
                  Log Service
  --threads N     threads that match records; the number of processors, if you do not say

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
    const parsed = parseArguments(args, ['rules', 'json', 'threads'])
    if (parsed.ok && parsed.help) {
      streams.stdout.write(HELP)
      return 0
    }
    const given = (name: string): string[] => (parsed.ok ? (parsed.values.get(name) ?? []) : [])
    const missing = ['rules', 'json'].find((name) => given(name).length === 0)
    if (!parsed.ok || missing !== undefined) {
      return fail(streams, `${parsed.ok ? `needs --${missing}` : parsed.error}; see tocsin backfill --help`)
    }
    const threads = threadsOf(given('threads'))
    if (threads === undefined) return fail(streams, `--threads is a number from 1 to ${MOST_THREADS}`)
    try {
      const { rules, correlations, problems, others } = await loadRules(given('rules'))
      const inputs = await findInputs(given('json'), streams.stdin)
      const counting = createCounting(rules, correlations)
      for (const problem of [...problems, ...counting.problems]) {
        streams.stderr.write(`refused: ${problemText(problem)}\n`)
      }
      if (others.length > 0) streams.stderr.write(`${othersText(others)}\n`)
      if (rules.length === 0) return fail(streams, `no rule in ${given('rules').join(', ')}`)
      const pool = createPool({ rules, counting: counting.counting }, threads)
      try {
        return await matchInputs(inputs, pool, counting, streams)
      } finally {
        await pool.end()
      }
    } catch (error) {
      return fail(streams, error instanceof Error ? error.message : String(error))
    }
  },
}

const MOST_THREADS = 64

/** The processors that this process may use, unless a number is given. */
function threadsOf(given: readonly string[]): number | undefined {
  if (given.length === 0) return Math.min(availableParallelism(), MOST_THREADS)
  const threads = Number(given.at(-1))
  return Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS ? threads : undefined
}

function fail({ stderr }: Streams, message: string): ExitCode {
  stderr.write(`tocsin backfill: ${message}\n`)
  return 2
}
