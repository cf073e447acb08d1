import { type Dependency, Unavailable } from '../base/unavailable.ts'
import { Damaged } from './sums.ts'

/**
 * Primary result codes of SQLite that a wrong statement causes: ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE
 * (https://www.sqlite.org/rescode.html). Every other code (FULL, IOERR, BUSY, CORRUPT, READONLY, …) says that the file
 * cannot be used now.
 */
const BUG_CODES = new Set([1, 19, 20, 21, 25])
/** CORRUPT and NOTADB. */
const DAMAGE_CODES = new Set([11, 26])

/** A commit failed: nothing is written, and nothing leaves the process, before the file was opened again. */
export class CommitFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** The part of a file that learns of failures. */
interface Noting {
  trouble: { note(error: unknown): void }
}

/** Runs one operation of an adapter; a failure of the database file is noted and becomes `Unavailable`. */
export async function whileAvailable<T>(
  { trouble }: Noting,
  dependency: Dependency,
  operation: string,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    trouble.note(error)
    throw isUnavailable(error) ? new Unavailable(dependency, operation, error) : error
  }
}

function isUnavailable(error: unknown): boolean {
  // The file was closed: the process is ending.
  return error instanceof CommitFailed || codeOf(error).code === 'ERR_INVALID_STATE' || isFileFailure(error)
}

/** The file itself failed: not a bug, not another write, not the end of the process. */
export function isFileFailure(error: unknown): boolean {
  const { code, primary } = codeOf(error)
  return error instanceof Damaged || (code === 'ERR_SQLITE_ERROR' && !BUG_CODES.has(primary))
}

/** The file, or a text in the file, is not as it was written. */
export function isDamage(error: unknown): boolean {
  const { code, primary } = codeOf(error)
  return error instanceof Damaged || (code === 'ERR_SQLITE_ERROR' && DAMAGE_CODES.has(primary))
}

/** The lowest byte of an extended result code is the primary code. */
function codeOf(error: unknown): { code: string | undefined; primary: number } {
  const { code, errcode = 0 } = (error ?? {}) as { code?: string; errcode?: number }
  return { code, primary: errcode & 0xff }
}
