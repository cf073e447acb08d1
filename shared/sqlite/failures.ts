import { type Dependency, Unavailable } from '../base/unavailable.ts'

/**
 * Primary result codes of SQLite that a wrong statement causes: ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE
 * (https://www.sqlite.org/rescode.html). Every other code (FULL, IOERR, BUSY, CORRUPT, READONLY, …) says that the file
 * cannot be used now.
 */
const BUG_CODES = new Set([1, 19, 20, 21, 25])

/** The turn of a write was taken back because of another write: the write itself is not at fault. */
export class TurnTakenBack extends Error {}

/** Runs one operation of an adapter; a failure of the database file becomes `Unavailable`. */
export async function whileAvailable<T>(
  dependency: Dependency,
  operation: string,
  run: () => T | Promise<T>,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw isFileFailure(error) ? new Unavailable(dependency, operation, error) : error
  }
}

function isFileFailure(error: unknown): boolean {
  if (error instanceof TurnTakenBack) return true
  const { code, errcode = 0 } = error as { code?: string; errcode?: number }
  // The file was closed: the process is ending.
  if (code === 'ERR_INVALID_STATE') return true
  // The lowest byte of an extended result code is the primary code.
  return code === 'ERR_SQLITE_ERROR' && !BUG_CODES.has(errcode & 0xff)
}
