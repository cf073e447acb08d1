import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isDamage } from '../../shared/sqlite/failures.ts'

/** Node closes a database that nobody can reach, and the lock would be gone: held locks stay reachable. */
const held = new Set<DatabaseSync>()

/**
 * A single process per data directory. The lock is SQLite's exclusive lock on a file of its own: the kernel drops the
 * lock at every end of the process, so no stale lock file can keep a host down.
 */
export function lockDirectory(dataDir: string): { ok: true; release(): void } | { ok: false } {
  const path = join(dataDir, 'lock')
  const file = new DatabaseSync(path, { timeout: 200 })
  try {
    file.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (isBusy(error)) return { ok: false }
    // A new file would be another lock: somebody else has to know that nobody holds the old one.
    if (isDamage(error)) throw new Error(`${path} is damaged: remove it while no process works on ${dataDir}`)
    throw error
  }
  held.add(file)
  return {
    ok: true,
    release() {
      held.delete(file)
      file.close()
    },
  }
}

/** https://www.sqlite.org/rescode.html: SQLITE_BUSY and SQLITE_LOCKED. */
function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code === 5 || code === 6
}
