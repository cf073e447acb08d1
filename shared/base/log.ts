import { Unavailable } from './unavailable.ts'

/**
 * A line of the log: named texts, which a host writes as a JSON object. `at` is RFC 3339, `function` the name of the
 * function, `what` the failed request or message, `error` the result of `errorText`.
 */
export type LogEntry = Readonly<Record<string, string>>

export type Log = (entry: LogEntry) => void

/** Longer messages carry data, not reasons. */
const LONGEST_MESSAGE = 500
const MOST_CAUSES = 3

/**
 * The text of an error for the log: name, message and stack of the error and of its causes. Messages are cleaned: V8
 * and libraries quote an unreadable text, which may be a body, a credential or a URL with a secret in the path.
 *
 * `withheld` is for callers that hold opened secrets, as the senders do: the message of a bug may repeat a secret in any
 * form, so only the name and the stack are told. The message of a lost dependency names the dependency, and is told.
 */
export function errorText(error: unknown, { withheld = false }: { withheld?: boolean } = {}): string {
  const texts: string[] = []
  let cause = error
  for (let depth = 0; depth <= MOST_CAUSES && cause !== undefined; depth++) {
    texts.push(oneError(cause, withheld && !(error instanceof Unavailable)))
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return texts.join('\ncaused by ')
}

function oneError(error: unknown, withheld: boolean): string {
  if (!(error instanceof Error)) {
    return withheld || typeof error === 'object' ? `thrown: ${typeof error}` : cleaned(String(error))
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return [withheld ? error.name : `${error.name}: ${cleaned(error.message)}`, ...frames].join('\n')
}

/** Matches from the first quotation mark to the last: a quoted text may contain quotation marks. */
const QUOTED = /".*"/s
/** Node's own errors repeat a value of an argument: `The argument 'path' must be a string. Received 'hush'`. */
const RECEIVED = /\bReceived (?!undefined\b|null\b).*/s
/** API keys, tokens of integrations and signed links (`tsk_`, `tsn_`, `tsl_`), sealed secrets, bearer credentials. */
const CREDENTIAL = /\b(ts[kln]_|sealed:v1:|(?:Bearer|Basic) +)[^\s"',]+/gi
/** The part of a URL behind its host. */
const PATH_OF_URL = /(https?:\/\/[^\s/"']+)\/[^\s"']*/g

function cleaned(message: string): string {
  const text = message
    .replace(QUOTED, '"…"')
    .replace(RECEIVED, 'Received …')
    .replace(CREDENTIAL, '$1…')
    .replace(PATH_OF_URL, '$1/…')
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text
}
