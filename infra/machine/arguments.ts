/** The words after `npm start --`. */
export type ParsedArguments =
  | { kind: 'start'; acceptLoss: boolean }
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'unknown'; words: string[] }

const WORDS = new Set(['--accept-loss', '--help', '-h', '--version'])

/** A word without meaning is refused: a misspelt `--accept-loss` must not start anything. */
export function parseArguments(words: readonly string[]): ParsedArguments {
  const unknown = words.filter((word) => !WORDS.has(word))
  if (unknown.length > 0) return { kind: 'unknown', words: unknown }
  if (words.includes('--help') || words.includes('-h')) return { kind: 'help' }
  if (words.includes('--version')) return { kind: 'version' }
  return { kind: 'start', acceptLoss: words.includes('--accept-loss') }
}

/** README.md has the same variables at length; `test/unit/machine/arguments.test.ts` compares the names. */
export const USAGE = `usage: npm start [-- --accept-loss | --help | --version]

  --accept-loss  start on data that has lost its latest commits, for example an older copy
  --help         this text
  --version      the version of Tocsin

The environment has the settings:

  PORT                  port to listen on (8080); 0 takes any free port
  HOST                  address to listen on (127.0.0.1)
  TOCSIN_DATA           data directory (./.tocsin); one process at a time may use it
  TOCSIN_PUBLIC_URL     start of every link and integration URL, as other machines reach this server
  TOCSIN_API_KEY        owner key of the account \`default\`; made and printed at the first start
  TOCSIN_ADMIN_KEY      the key that creates further accounts; none: no further account can be created
  TOCSIN_ALLOW_TARGETS  targets that may be called although they are not public: host:port, addresses, ranges
  TOCSIN_SECRETS_KEY    32 bytes in hex or base64 that encrypt stored credentials; made and kept beside the data

README.md and docs/service.md say more.
`
