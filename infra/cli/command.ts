/** The streams of a process: a command's only contact with the outside world. */
export interface Streams {
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

/** The same for every command: 0 done, 1 done but a part of the input was wrong, 2 not done at all. */
export type ExitCode = 0 | 1 | 2
