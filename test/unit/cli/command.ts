import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { runCommand } from '../../../infra/cli/commands.ts'

export interface Ran {
  code: number
  out: string
  err: string
}

/** Runs `tocsin …` in this process, with `input` on standard input. */
export async function tocsin(
  args: readonly string[],
  input: string | Uint8Array = '',
  isTTY = false,
  env: Record<string, string> = {},
): Promise<Ran> {
  const stdout = Object.assign(new PassThrough(), { isTTY })
  const stderr = Object.assign(new PassThrough(), { isTTY })
  const read = Promise.all([text(stdout), text(stderr)])
  const code = await runCommand(args, { env, stdin: Readable.from([Buffer.from(input)]), stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, err] = await read
  return { code, out, err }
}
