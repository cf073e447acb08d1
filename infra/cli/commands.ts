import { suggestion } from '../../shared/base/suggest.ts'
import { VERSION } from '../../shared/base/version.ts'
import { backfill } from './backfill.ts'
import { check } from './check.ts'
import type { Command, ExitCode, Streams } from './command.ts'
import { importFile } from './import.ts'

const COMMANDS: readonly Command[] = [backfill, check, importFile]

const HELP = `tocsin ${VERSION}

${COMMANDS.map(({ name, summary }) => `  tocsin ${name.padEnd(10)} ${summary}`).join('\n')}

\`tocsin COMMAND --help\` says more.
`

/** Runs the command of a command line; `args` begin with the command's name. */
export async function runCommand(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const [word, ...rest] = args
  if (word === undefined) {
    streams.stderr.write(HELP)
    return 2
  }
  if (word === '--version') return print(streams, `${VERSION}\n`)
  const command = COMMANDS.find(({ name }) => name === (word === 'help' ? rest[0] : word))
  if (command) return word === 'help' ? print(streams, command.help) : await command.run(rest, streams)
  if (word === '--help' || word === '-h' || (word === 'help' && rest.length === 0)) return print(streams, HELP)
  const unknown = word === 'help' ? String(rest[0]) : word
  const names = COMMANDS.map(({ name }) => name)
  streams.stderr.write(`tocsin: unknown command ${JSON.stringify(unknown)}${suggestion(unknown, names)}\n`)
  return 2
}

function print({ stdout }: Streams, text: string): ExitCode {
  stdout.write(text)
  return 0
}
