import { parseArgs } from 'node:util'
import { isObject } from '../../shared/base/value.ts'
import type { Problem } from '../../shared/problem/problem.ts'
import { type AlertmanagerFile, readAlertmanagerFile } from './alertmanager/read-file.ts'
import type { Command, ExitCode, Streams } from './command.ts'
import { type Change, countsLine, planLines } from './plan-lines.ts'
import { ask, type Server, serverOf } from './server.ts'

const HELP = `tocsin import FILE [--to URL] [--dry-run]

Takes an alertmanager.yml over: route, receivers, inhibit rules, time intervals, and the files that the file
names. Settings such as api_url_file are read, and their contents are sent in their place; so are the files of
templates. Relative names are looked for beside FILE. What an earlier import made is replaced, and everything
else of the account stays.

  --to URL     where Tocsin is; else the variable TOCSIN_URL, else http://127.0.0.1:8080
  --dry-run    print what would change, and change nothing

The variable TOCSIN_API_KEY has the API key, of the role editor.

Exit codes: 0 imported, or with --dry-run: could be imported · 1 the file has problems, each is printed with its
line, and nothing was changed · 2 Tocsin was not asked, or did not answer.
`

export const importFile: Command = {
  name: 'import',
  summary: 'take an alertmanager.yml over, with the files that it names',
  help: HELP,
  async run(args, streams) {
    const given = readArguments(args)
    if (typeof given === 'string') return fail(streams, `${given}; see tocsin import --help`)
    if (given.help) {
      streams.stdout.write(HELP)
      return 0
    }
    const server = serverOf(given.to, streams)
    if (typeof server === 'string') return fail(streams, server)
    try {
      const read = await readAlertmanagerFile(given.path)
      if (!read.ok) return refuse(streams, given.path, read.problems)
      say(streams, given.path, read.warnings, 'warning: ')
      return await send(server, given, read.file, streams)
    } catch (error) {
      return fail(streams, error instanceof Error ? error.message : String(error))
    }
  },
}

interface Given {
  path: string
  to: string | undefined
  dryRun: boolean
  help: boolean
}

/** A text: what is wrong. */
function readArguments(args: readonly string[]): Given | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: 'string' }, 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    const { to, 'dry-run': dryRun = false, help = false } = values
    const [path = ''] = positionals
    if (!help && positionals.length !== 1) return 'needs one FILE'
    return { path, to, dryRun, help }
  } catch (error) {
    return (error as Error).message
  }
}

async function send(
  server: Server,
  { path, dryRun }: Given,
  { text, templates }: AlertmanagerFile,
  streams: Streams,
): Promise<ExitCode> {
  const envelope = { alertmanager_config: text, template_files: Object.fromEntries(templates ?? []) }
  const answered = await ask(server, {
    method: 'PUT',
    path: `/api/v1/config/alertmanager${dryRun ? '?dryRun=true' : ''}`,
    ...(templates === undefined
      ? { type: 'application/yaml', body: text }
      : { type: 'application/json', body: JSON.stringify(envelope) }),
  })
  if (!answered.ok) return fail(streams, answered.error)
  const { status, answer } = answered
  if (status === 200) {
    say(streams, path, problemsIn(answer.warnings), 'warning: ')
    const plan = answer.plan as Change[]
    for (const line of [...planLines(plan), countsLine(plan, dryRun)]) streams.stdout.write(`${line}\n`)
    return 0
  }
  const error = isObject(answer.error) ? answer.error : {}
  const problems = problemsIn(error.details)
  if (status === 422 && problems.length > 0) return refuse(streams, path, withNames(problems, templates))
  return fail(streams, `${server.url} answered ${status}: ${String(error.message ?? 'not as Tocsin does')}`)
}

function problemsIn(given: unknown): Problem[] {
  return Array.isArray(given) ? (given as Problem[]) : []
}

/** `template_files[0].text` is a file that the reader knows by its name. */
function withNames(problems: readonly Problem[], templates: AlertmanagerFile['templates']): Problem[] {
  const names = [...(templates?.keys() ?? [])]
  return problems.map((problem) => {
    const place = /^(?:template_files|templateFiles)\[(\d+)\]/.exec(problem.path)?.[1]
    return place === undefined ? problem : { path: '', message: `${names[Number(place)]}: ${problem.message}` }
  })
}

function refuse(streams: Streams, path: string, problems: readonly Problem[]): ExitCode {
  say(streams, path, problems)
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  streams.stderr.write(`${count}, nothing was changed\n`)
  return 1
}

/** `alertmanager.yml:14:9: receivers[0].slack_configs[0].api_url: is required`. */
function say({ stderr }: Streams, file: string, problems: readonly Problem[], word = ''): void {
  for (const { path, message, line, column } of problems) {
    const place = [file, line, column].filter((part) => part !== undefined).join(':')
    stderr.write(`${word}${[place, path, message].filter((part) => part !== '').join(': ')}\n`)
  }
}

function fail({ stderr }: Streams, message: string): ExitCode {
  stderr.write(`tocsin import: ${message}\n`)
  return 2
}
