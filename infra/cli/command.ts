/** The streams and the variables of a process: a command's only contact with the terminal. */
export interface Streams {
  env: Readonly<Record<string, string | undefined>>
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  /** `columns`: the width of a terminal. */
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
}

export interface Command {
  name: string
  /** The line in the list of commands. */
  summary: string
  /** The text of `tocsin NAME --help`: usage, options, exit codes. */
  help: string
  run(args: readonly string[], streams: Streams): Promise<ExitCode>
}

/** The same for every command: 0 done, 1 something that was given is wrong, 2 not done at all. */
export type ExitCode = 0 | 1 | 2
