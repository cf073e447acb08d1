import type { Clock, Millis } from '../base/time.ts'
import { checkBatch } from '../queue/limits.ts'
import {
  type InMessage,
  MAX_RECEIVES,
  type OutMessage,
  type Queue,
  type QueueName,
  VISIBILITY_MS,
} from '../queue/port.ts'
import { whileAvailable } from './failures.ts'
import type { SqliteFile } from './file.ts'
import { type Backlog, createBacklog, overdue } from './queue-backlog.ts'
import { together } from './queue-company.ts'
import { DEAD, DELAYED, IN_FLIGHT, type MessageRow, type QueueSql, queueSql, READY } from './queue-sql.ts'

/** The receiving side, which only a host has. */
export interface Receiver {
  /**
   * Up to `max` visible messages, round robin by account; each is invisible for VISIBILITY_MS. What was
   * received before comes in small company, and at last alone.
   */
  receive(max: number): Promise<InMessage[]>
  /** Done. What is not there any more is done already. */
  ack(ids: readonly string[]): Promise<void>
  /** Visible again after `delayMs`; dead, when it was received MAX_RECEIVES times. */
  retry(ids: readonly string[], delayMs: number): Promise<void>
  /** When to receive next; now or earlier: something is visible. */
  nextVisibleAt(): Millis | undefined
  /** When the next message that was sent with a delay, or handed back, becomes visible. */
  nextDelayedAt(): Millis | undefined
  /** Called when something was sent and committed. Returns what ends it. */
  onSend(then: () => void): () => void
  depth(): { ready: number; inFlight: number; delayed: number; dead: number }
  deadLetters(max: number): InMessage[]
  /** Dead letters are received again, as if they were new. */
  redrive(): Promise<number>
}

/**
 * A message that was in flight when so many processes ended is dead. More than MAX_RECEIVES: an end says
 * little of who caused it, and a machine that is killed as soon as it is up must lose nothing by that.
 */
export const MOST_ENDS = 10

/**
 * A standard queue over embedded SQLite, in the same file, and so the same commits, as the table.
 *
 * A message is ready, delayed, in flight or dead. It is sent ready or delayed; a delayed one becomes
 * ready at its time. Receiving puts it in flight and counts, before anybody sees it, so that a message
 * that kills the process dies too. Acknowledged, it is gone. Handed back, or not heard of for
 * VISIBILITY_MS, it becomes ready or delayed again, or dead after MAX_RECEIVES.
 * What was in flight when the last process ended is ready at once, or dead after MOST_ENDS.
 */
export function sqliteQueue(file: SqliteFile, clock: Clock, queue: QueueName): Queue & Receiver {
  const sql = queueSql(file.db)
  sql.wakeAll.run(READY, DEAD, MOST_ENDS, queue)
  const backlog = createBacklog(sql, queue)
  file.onRollback(backlog.reload)
  const box: Box = { sql, queue, backlog, clock }
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    // Sending twice makes two messages: every reader of a queue has to stand that.
    async send(messages) {
      const failed = checkBatch(messages)
      if (failed.length === messages.length) return { failed }
      const accepted = failed.length === 0 ? messages : messages.filter((_, index) => !failed.includes(index))
      await whileAvailable('queue', 'send', () => file.write(() => insert(box, accepted, () => file.nextId())))
      tell()
      return { failed }
    },
    async receive(max) {
      const now = clock.now()
      const earliest = backlog.nextVisibleAt(now)
      if (earliest === undefined || earliest > now) return []
      return file.write(() => {
        surface(box, now)
        return claim(box, max, now)
      })
    },
    async ack(ids) {
      if (ids.length > 0) await file.write(() => remove(box, ids.map(Number)))
    },
    // Only what is in flight can come back, so doing it twice is once.
    async retry(ids, delayMs) {
      if (ids.length === 0) return
      await file.write(() => {
        for (const id of ids.map(Number)) release(box, id, clock.now() + delayMs)
      })
      tell()
    },
    nextVisibleAt: () => backlog.nextVisibleAt(clock.now()),
    nextDelayedAt: backlog.nextDelayedAt,
    onSend(then) {
      listeners.add(then)
      return () => listeners.delete(then)
    },
    depth: backlog.depth,
    deadLetters: (max) => sql.dead.all(queue, max).map((row) => toMessage(row as unknown as MessageRow)),
    async redrive() {
      const count = await file.write(() => {
        const { changes } = sql.redrive.run(queue)
        backlog.reload()
        return Number(changes)
      })
      tell()
      return count
    },
  }
}

/** What the steps below work on, each inside a transaction. */
interface Box {
  sql: QueueSql
  queue: QueueName
  backlog: Backlog
  clock: Clock
}

function insert({ sql, queue, backlog, clock }: Box, messages: readonly OutMessage[], nextId: () => number): void {
  const now = clock.now()
  for (const { account, body, delayMs = 0 } of messages) {
    const state = delayMs > 0 ? DELAYED : READY
    const visibleAt = now + Math.ceil(delayMs)
    const id = nextId()
    sql.insert.run(id, queue, account, now, visibleAt, state)
    sql.insertBody.run(id, body)
    backlog.added(account, state, visibleAt)
  }
}

/** Brings back what nobody answered for in time, and what was delayed until now. */
function surface(box: Box, now: Millis): void {
  const { sql, queue, backlog } = box
  for (const [id] of overdue(backlog.flights, now)) release(box, id, now)
  if (backlog.nextDelayed() > now) return
  backlog.surfaced(sql.surface.all(queue, now).map(({ account }) => account as string))
}

/** A message in flight comes back, or dies. Its body stays where it is. */
function release({ sql, backlog, clock }: Box, id: number, visibleAt: Millis): void {
  const flight = backlog.flights.get(id)
  if (flight === undefined) return
  const state = flight.receives >= MAX_RECEIVES ? DEAD : visibleAt > clock.now() ? DELAYED : READY
  sql.move.run(state, Math.ceil(visibleAt), id)
  backlog.landed(id, flight, state, Math.ceil(visibleAt))
}

function remove({ sql, queue, backlog }: Box, ids: readonly number[]): void {
  for (const id of ids) {
    const gone = backlog.flights.has(id) ? FLIGHT : (sql.find.get(id, queue) as typeof FLIGHT | undefined)
    if (gone === undefined) continue
    sql.remove.run(id)
    sql.removeBody.run(id)
    backlog.removed(id, gone.account, gone.state)
  }
}

/** What is in flight needs no look: by far most of what is acknowledged. */
const FLIGHT = { account: '', state: IN_FLIGHT as number }

function claim({ sql, queue, backlog }: Box, max: number, now: Millis): InMessage[] {
  const shares = backlog.ready.shares(max)
  const room = RECEIVE_CHARS / shares.length
  const found = shares.flatMap(([account, count]) => upTo(room, sql.ready.iterate(queue, account, count)))
  const claimed = together(found).map((row) => {
    const receives = row.receives + 1
    backlog.claimed(row.id, { account: row.account, receives, until: now + VISIBILITY_MS })
    return { ...row, receives }
  })
  sql.claim.run(JSON.stringify(claimed.map(({ id }) => id)))
  return claimed.map(toMessage)
}

/** Of all that is received at once: a thousand messages of a MiB each would be a GiB of memory. */
const RECEIVE_CHARS = 16 * 1024 * 1024

/** The first ones that have room together, and always one. */
function upTo(room: number, rows: Iterable<unknown>): MessageRow[] {
  const taken: MessageRow[] = []
  let chars = 0
  for (const row of rows as Iterable<MessageRow>) {
    chars += row.body.length
    if (taken.length > 0 && chars > room) break
    taken.push(row)
  }
  return taken
}

function toMessage({ id, body, receives, sent_at: sentAt }: MessageRow): InMessage {
  return { id: String(id), body, receives, sentAt }
}
