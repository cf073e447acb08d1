import { DatabaseSync } from 'node:sqlite'
import { createOrder, type OrderOf } from '../base/order.ts'
import type { Clock, Millis } from '../base/time.ts'
import { removeChanged } from './check.ts'
import { isDamage, TurnTakenBack } from './failures.ts'
import { checkHighWater, type HighWater, keepHighWater } from './highwater.ts'
import { migrate } from './schema.ts'
import { createTrouble, type Trouble } from './trouble.ts'

/**
 * The database file of table and queues. Commits are grouped: the first write of a turn of the event loop opens a
 * transaction, and every write of that turn joins the transaction. A single commit, so a single fsync, then makes the
 * whole turn durable. Only then do the promises of the writes resolve. Reads see writes that are not committed yet. If
 * that commit fails, a caller that acted on such a read is in the same failed commit, or is refused already.
 */
export interface SqliteFile {
  db: DatabaseSync
  /**
   * Runs `change` in the transaction of this turn; resolves with the result of `change` when the commit is on disk. A
   * change that throws, or a commit that fails, takes back the whole turn and rejects every write of the turn: SQLite
   * may have rolled back by itself (disk full), so no write is known to be kept. Writes beside the change that threw
   * are rejected with `TurnTakenBack`.
   */
  write<T>(change: () => T): Promise<T>
  /** Called after every commit. */
  onCommit(then: () => void): void
  /** Called after a turn was taken back: data that was derived from the writes of the turn must be read again. */
  onRollback(then: () => void): void
  /** An id is never given twice, not even after the deletion of the whole content or a kill of the process. */
  nextId(): number
  /** Rows that were not as they were written, and were removed at the opening. */
  removed: number
  /** Failures and damage that operations met. */
  trouble: Trouble
  /** The order of what is received, which never goes back: it is kept with the commit of what was ordered. */
  orderOf: OrderOf
  /** The latest moment that was known when the file was opened, by the clock of that time or by the order. */
  knownAt: Millis
  /** The number of writes that wait for their commit. */
  pending(): number
  /** Commits the waiting writes now. */
  flush(): void
  close(): void
}

export interface OpenOptions {
  /** With a clock the file has a high-water mark beside it, see `highwater.ts`. */
  clock?: Clock
  /** Start on a file that has lost commits: the mark starts anew, and rows with a wrong checksum are removed. */
  acceptLoss?: boolean
}

interface Waiting {
  resolve(): void
  reject(error: unknown): void
}

/**
 * WAL and synchronous=FULL: a commit that returned has been fsynced
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function openSqlite(path: string, { clock, acceptLoss = false }: OpenOptions = {}): SqliteFile {
  const marked = clock !== undefined && path !== ':memory:'
  const db = new DatabaseSync(path, { timeout: 5000 })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
    // The check comes before the tables are made: an emptied file must not look like a new file.
    if (marked && !acceptLoss) checkHighWater(db, path)
    migrate(db, path, clock?.now() ?? 0)
    const removed = acceptLoss ? removeChanged(db) : 0
    return { ...groupCommits(db, marked ? keepHighWater(db, path, clock) : undefined, clock), removed }
  } catch (error) {
    db.close()
    throw isDamage(error) ? new Error(`${path} is damaged: ${(error as Error).message}`, { cause: error }) : error
  }
}

function groupCommits(
  db: DatabaseSync,
  mark: HighWater | undefined,
  clock: Pick<Clock, 'now'> | undefined,
): Omit<SqliteFile, 'removed'> {
  const save = db.prepare('UPDATE store SET commits = commits + 1, last_id = ?, latest_at = max(latest_at, ?)')
  const stored = db.prepare('SELECT last_id, latest_at FROM store').get() as { last_id: number; latest_at: Millis }
  let { last_id: lastId } = stored
  const { latest_at: knownAt } = stored
  const order = createOrder(knownAt)
  let turn: Waiting[] | undefined
  const trouble = createTrouble()
  const committed: (() => void)[] = []
  const takenBack: (() => void)[] = []

  const begin = (): Waiting[] => {
    try {
      db.exec('BEGIN IMMEDIATE')
    } catch (error) {
      trouble.note(error)
      throw error
    }
    const begun: Waiting[] = []
    turn = begun
    setImmediate(() => {
      if (turn === begun) commit(begun)
    })
    return begun
  }
  const commit = (ending: Waiting[]): void => {
    try {
      save.run(lastId, Math.floor(Math.max(order.latest(), clock?.now() ?? 0)))
      db.exec('COMMIT')
    } catch (error) {
      return takeBack(ending, error)
    }
    turn = undefined
    for (const { resolve } of ending) resolve()
    for (const listener of committed) listener()
    mark?.committed()
  }
  const takeBack = (ending: Waiting[], error: unknown, culprit?: Waiting): void => {
    turn = undefined
    trouble.note(error)
    if (db.isTransaction) db.exec('ROLLBACK')
    const beside = culprit && new TurnTakenBack('another write of the same turn failed', { cause: error })
    for (const waiting of ending) waiting.reject(beside === undefined || waiting === culprit ? error : beside)
    for (const listener of takenBack) listener()
  }
  const flush = (): void => {
    if (turn) commit(turn)
  }
  return {
    db,
    write: <T>(change: () => T) =>
      new Promise<T>((resolve, reject) => {
        const joined = turn ?? begin()
        let result: T
        const waiting = { resolve: () => resolve(result), reject }
        joined.push(waiting)
        try {
          result = change()
        } catch (error) {
          takeBack(joined, error, waiting)
        }
      }),
    onCommit: (then) => committed.push(then),
    onRollback: (then) => takenBack.push(then),
    nextId: () => ++lastId,
    orderOf: order.orderOf,
    knownAt,
    trouble,
    pending: () => turn?.length ?? 0,
    flush,
    close() {
      flush()
      mark?.close()
      db.close()
    },
  }
}
