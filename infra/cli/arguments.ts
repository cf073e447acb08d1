import { suggestion } from '../../shared/base/suggest.ts'

export interface Arguments {
  /** The values of every option, in order; `--rules A B --rules C` are three values. */
  values: Map<string, string[]>
  help: boolean
}

export type ParsedArguments = ({ ok: true } & Arguments) | { ok: false; error: string }

/**
 * Options that take a value or several values. Every argument behind an option belongs to the option, up to the next
 * option.
 */
export function parseArguments(args: readonly string[], options: readonly string[]): ParsedArguments {
  const values = new Map<string, string[]>(options.map((name) => [name, []]))
  let current: string[] | undefined
  let help = false
  let plain = false
  for (const arg of args) {
    if (!plain && arg === '--') plain = true
    else if (!plain && (arg === '--help' || arg === '-h')) help = true
    else if (!plain && arg.startsWith('-') && arg !== '-') {
      const [option = '', value] = splitOption(arg)
      current = values.get(option.replace(/^--/, ''))
      if (!current || !option.startsWith('--'))
        return { ok: false, error: `unknown option ${option}${hint(option, options)}` }
      if (value !== undefined) current.push(value)
    } else if (current) current.push(arg)
    else return { ok: false, error: `${JSON.stringify(arg)} belongs to no option` }
  }
  return { ok: true, values, help }
}

/** `--json=a=b` is the option `--json` with the value `a=b`. */
function splitOption(arg: string): [option: string, value?: string] {
  const equals = arg.indexOf('=')
  return equals === -1 ? [arg] : [arg.slice(0, equals), arg.slice(equals + 1)]
}

function hint(option: string, options: readonly string[]): string {
  return suggestion(
    option,
    [...options, 'help'].map((name) => `--${name}`),
  )
}
