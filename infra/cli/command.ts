/** What a command has of the outside world: those of a process. */
export interface Streams {
  stdin: NodeJS.ReadableStream
  stdout: NodeJS.WritableStream & { isTTY?: boolean }
  stderr: NodeJS.WritableStream & { isTTY?: boolean }
}

export interface Command {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** What `tocsin NAME --help` says: usage, options, exit codes. */
  help: string
  run(args: readonly string[], streams: Streams): Promise<ExitCode>
}

/** The same for every command: 0 done, 1 done but something was wrong with what it was given, 2 nothing was done. */
export type ExitCode = 0 | 1 | 2
