import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * A single process per data directory. The lock is SQLite's exclusive lock on a file of its own: the kernel drops the
 * lock at every end of the process, so no stale lock file can keep a host down.
 */
export function lockDirectory(dataDir: string): { ok: true; release(): void } | { ok: false } {
  const file = new DatabaseSync(join(dataDir, 'lock'), { timeout: 200 })
  try {
    file.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (isBusy(error)) return { ok: false }
    throw error
  }
  return { ok: true, release: () => file.close() }
}

/** https://www.sqlite.org/rescode.html: SQLITE_BUSY and SQLITE_LOCKED. */
function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code === 5 || code === 6
}
