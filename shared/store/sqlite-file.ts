import { DatabaseSync } from 'node:sqlite'

/**
 * One database file for table and queues. Commits are grouped: the first write of a turn of the event
 * loop opens a transaction, every write of that turn joins it, and one commit, so one fsync, makes all
 * of them durable. Only then do their promises resolve. Reads see what is written but not committed yet:
 * were that commit to fail, whoever acted on it would be in the same failed commit, or already refused.
 */
export interface SqliteFile {
  db: DatabaseSync
  /** Runs `change` in the transaction of this turn; resolves with its result when that is on disk. */
  write<T>(change: () => T): Promise<T>
  /** Called after every commit. */
  onCommit(then: () => void): void
  /** Writes that wait for their commit. */
  pending(): number
  close(): void
}

/** Raised with every change of the tables below; an older program refuses a newer file. */
const SCHEMA_VERSION = 1

const SCHEMA = `
CREATE TABLE items (
  partition TEXT NOT NULL, sort TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  due_bucket INTEGER, due_at INTEGER, list_name TEXT, list_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (partition, sort)
) WITHOUT ROWID;
CREATE INDEX items_due ON items (due_bucket, due_at, partition, sort) WHERE due_bucket IS NOT NULL;
CREATE INDEX items_list ON items (list_name, list_at, partition, sort) WHERE list_name IS NOT NULL;
CREATE INDEX items_expire ON items (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, account TEXT NOT NULL, body TEXT NOT NULL,
  sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, receives INTEGER NOT NULL, state TEXT NOT NULL
);
CREATE INDEX messages_visible ON messages (queue, state, visible_at, id);
`

/** WAL and synchronous=FULL: a commit that returned has been fsynced (https://www.sqlite.org/pragma.html#pragma_synchronous). */
export function openSqlite(path: string): SqliteFile {
  const db = new DatabaseSync(path, { timeout: 5000 })
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
  migrate(db, path)

  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []
  const listeners: (() => void)[] = []
  const commit = (): void => {
    const settled = waiting
    waiting = []
    try {
      db.exec('COMMIT')
    } catch (error) {
      // Disk full, most likely: nothing of this turn happened, and everyone who wrote in it is told so.
      if (db.isTransaction) db.exec('ROLLBACK')
      for (const { reject } of settled) reject(error)
      return
    }
    for (const { resolve } of settled) resolve()
    for (const listener of listeners) listener()
  }
  return {
    db,
    write(change) {
      if (waiting.length === 0) {
        db.exec('BEGIN IMMEDIATE')
        setImmediate(commit)
      }
      return new Promise((resolve, reject) => {
        let result: ReturnType<typeof change>
        waiting.push({ resolve: () => resolve(result), reject })
        try {
          result = change()
        } catch (error) {
          reject(error)
        }
      })
    },
    onCommit: (then) => listeners.push(then),
    pending: () => waiting.length,
    close: () => db.close(),
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > SCHEMA_VERSION) {
    throw new Error(`${path} was written by a newer version (schema ${found}, this one knows ${SCHEMA_VERSION})`)
  }
  if (found === SCHEMA_VERSION) return
  db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
}
