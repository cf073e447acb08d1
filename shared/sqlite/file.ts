import { DatabaseSync } from 'node:sqlite'
import { createOrder, type OrderOf } from '../base/order.ts'
import type { Clock, Millis } from '../base/time.ts'
import { removeChanged } from './check.ts'
import { CommitFailed, isDamage } from './failures.ts'
import { checkHighWater, type HighWater, keepHighWater } from './highwater.ts'
import { migrate } from './schema.ts'
import { createTrouble, type Trouble } from './trouble.ts'

/**
 * The database file of table and queues. Commits are grouped: the first write opens a transaction, a *turn*, and every
 * write until the commit of the turn joins the transaction, so a single fsync makes all of the turn durable.
 *
 * **Output commit**: a write resolves at once, and reads see the write. Answers and messages to targets leave the
 * process, so an answer and a message await `durable` before the first byte.
 *
 * A failed commit ends the file. The writes of the turn are gone, and the memory of the process may have been derived
 * from these writes. From then on the file takes no writes, and `durable` lets nothing out. The host opens the file again
 * and makes the memory anew (`infra/machine/generations.ts`).
 */
export interface SqliteFile {
  db: DatabaseSync
  /**
   * Runs `change` in the transaction of this turn, and resolves at once with the result of `change`. A change that
   * throws is a failed commit: on a full disk SQLite rolls the whole transaction back.
   */
  write<T>(change: () => T): Promise<T>
  /**
   * Puts the commit of this turn behind the immediates that wait by now, so that work on a message of the turn joins the
   * turn. The turn still ends with the second run of immediates after its beginning.
   */
  commitBehind(): void
  /** Resolves when every write so far is on disk. Rejects when a commit failed: nothing may leave the process. */
  durable(): Promise<void>
  /** Called in the transaction of each turn, right before the commit, to write messages that were kept back. */
  beforeCommit(write: () => void): void
  /** Called once, when a commit has failed. */
  onFailure(then: (error: unknown) => void): void
  /** Why nothing can be written now, in words. */
  refusal(): string | undefined
  /**
   * Commits without content; twice has no other effect than once. After success, a file that was opened after a failure
   * takes writes. Throws while the disk takes no writes.
   */
  tryWrite(): void
  /** An id is never given twice, not even after the deletion of the whole content or a kill of the process. */
  nextId(): number
  /** The last id that was given before the file was opened. */
  lastIdBefore: number
  /** Rows that were not as they were written, and were removed at the opening. */
  removed: number
  /** Failures and damage that operations met. */
  trouble: Trouble
  /** The order of what is received, which never goes back: it is kept with the commit of what was ordered. */
  orderOf: OrderOf
  /** The latest moment that was known when the file was opened, by the clock of that time or by the order. */
  knownAt: Millis
  /** Whether writes wait for their commit. */
  pending(): boolean
  /** Commits the waiting writes now. */
  flush(): void
  close(): void
}

export interface OpenOptions {
  /** With a clock the file has a high-water mark beside it, see `highwater.ts`. */
  clock?: Clock
  /** Start on a file that has lost commits: the mark starts anew, and rows with a wrong checksum are removed. */
  acceptLoss?: boolean
  /** The commit of this process that failed: the file takes no writes before `tryWrite` has succeeded. */
  after?: { failure: unknown }
}

/**
 * WAL and synchronous=FULL: a commit that returned has been fsynced
 * (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function openSqlite(path: string, options: OpenOptions = {}): SqliteFile {
  const { clock, acceptLoss = false } = options
  const marked = clock !== undefined && path !== ':memory:'
  const db = new DatabaseSync(path, { timeout: 5000 })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
    // The check comes before the tables are made: an emptied file must not look like a new file.
    if (marked && !acceptLoss) checkHighWater(db, path)
    migrate(db, path, clock?.now() ?? 0)
    const removed = acceptLoss ? removeChanged(db) : 0
    return { ...groupCommits(db, marked ? keepHighWater(db, path, clock) : undefined, options), removed }
  } catch (error) {
    db.close()
    throw isDamage(error) ? new Error(`${path} is damaged: ${(error as Error).message}`, { cause: error }) : error
  }
}

function groupCommits(
  db: DatabaseSync,
  mark: HighWater | undefined,
  { clock, after }: OpenOptions,
): Omit<SqliteFile, 'removed'> {
  const save = db.prepare('UPDATE store SET commits = commits + 1, last_id = ?, latest_at = max(latest_at, ?)')
  const stored = db.prepare('SELECT last_id, latest_at FROM store').get() as { last_id: number; latest_at: Millis }
  const { last_id: lastIdBefore, latest_at: knownAt } = stored
  let lastId = lastIdBefore
  const order = createOrder(knownAt)
  const trouble = createTrouble()
  const kept: (() => void)[] = []
  const commit = (): void => {
    for (const write of kept) write()
    save.run(lastId, Math.floor(Math.max(order.latest(), clock?.now() ?? 0)))
    db.exec('COMMIT')
  }
  const turns = createTurns({ db, commit, committed: () => mark?.committed(), trouble, after })
  return {
    db,
    ...turns,
    beforeCommit: (write) => void kept.push(write),
    nextId: () => ++lastId,
    lastIdBefore,
    orderOf: order.orderOf,
    knownAt,
    trouble,
    close() {
      turns.flush()
      mark?.close()
      db.close()
    },
  }
}

interface TurnsOptions extends Pick<OpenOptions, 'after'> {
  db: DatabaseSync
  /** Commits the open transaction. */
  commit(): void
  /** Called after every commit. */
  committed(): void
  trouble: Trouble
}

/** Settles with the commit of the turn. */
interface Turn extends PromiseWithResolvers<void> {
  writes: number
  /** As `SqliteFile` has it. */
  commitBehind(): void
}

/** The next write waits for the commit: so a loop of writes lets the event loop turn, and holds up no request. */
const MOST_WRITES = 200

type Turns = Pick<
  SqliteFile,
  'write' | 'commitBehind' | 'durable' | 'onFailure' | 'refusal' | 'tryWrite' | 'pending' | 'flush'
>

function createTurns({ db, commit, committed, trouble, after }: TurnsOptions): Turns {
  let turn: Turn | undefined
  /** A commit of this file failed. */
  let failed: CommitFailed | undefined
  /** Why nothing is written. */
  let refused = after && new CommitFailed(after.failure)
  let told = (_error: unknown): void => {}

  const begin = (): Turn => {
    if (refused !== undefined) throw refused
    try {
      db.exec('BEGIN IMMEDIATE')
    } catch (error) {
      // Another process holds the file, or reading it failed: nothing of this process is lost.
      trouble.note(error)
      throw error
    }
    const commitBehind = inSecondRun(() => turn === begun && flush())
    const begun: Turn = { ...Promise.withResolvers<void>(), writes: 0, commitBehind }
    // A turn for which nobody waits may fail, too.
    begun.promise.catch(() => {})
    return begun
  }
  const flush = (): void => {
    if (turn === undefined) return
    try {
      commit()
    } catch (error) {
      return fail(error)
    }
    const over = turn
    turn = undefined
    over.resolve()
    committed()
  }
  const fail = (error: unknown): void => {
    const ending = turn
    turn = undefined
    failed = new CommitFailed(error)
    refused = failed
    trouble.note(error)
    takeBack(db)
    ending?.reject(failed)
    told(error)
  }
  return {
    async write(change) {
      while (turn !== undefined && turn.writes >= MOST_WRITES) await turn.promise
      turn ??= begin()
      turn.writes++
      try {
        return change()
      } catch (error) {
        fail(error)
        throw error
      }
    },
    commitBehind: () => turn?.commitBehind(),
    durable: () => (failed === undefined ? (turn?.promise ?? NOTHING_WAITS) : Promise.reject(failed)),
    onFailure(then) {
      told = then
    },
    refusal: () => refused?.message,
    tryWrite() {
      flush()
      if (failed !== undefined) throw failed
      try {
        db.exec('BEGIN IMMEDIATE')
        commit()
      } catch (error) {
        trouble.note(error)
        takeBack(db)
        throw error
      }
      refused = undefined
      committed()
    },
    pending: () => turn !== undefined,
    flush,
  }
}

/**
 * Calls `then` in the second run of immediates from now: input that waits in the sockets by now is read before. The
 * returned function puts the call behind the immediates that wait, before the second run has begun.
 */
function inSecondRun(then: () => void): () => void {
  let waiting: NodeJS.Immediate | undefined
  setImmediate(() => {
    setImmediate(() => (waiting = undefined))
    waiting = setImmediate(then)
  })
  return () => {
    if (waiting === undefined) return
    clearImmediate(waiting)
    waiting = setImmediate(then)
  }
}

const NOTHING_WAITS = Promise.resolve()

function takeBack(db: DatabaseSync): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK')
  } catch {
    // The connection is not used any more: SQLite takes an open transaction back when the connection is closed.
  }
}
