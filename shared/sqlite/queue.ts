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
import { type Backlog, createBacklog, ENDED, type Flight, type Moment, overdue } from './queue-backlog.ts'
import { createKeptBodies, type KeptBodies } from './queue-bodies.ts'
import { takeInCompany } from './queue-company.ts'
import type { Lane, Room } from './queue-lanes.ts'
import type { Share } from './queue-ring.ts'
import {
  type BodyRow,
  DEAD,
  DELAYED,
  IN_FLIGHT,
  type MessageRow,
  type MessageState,
  type QueueSql,
  queueSql,
  READY,
  type ReadyRow,
} from './queue-sql.ts'
import { createTurnMessages } from './queue-turn.ts'
import { Damaged, messageSum } from './sums.ts'

/** A message with its lane, for the host. */
export type Received = InMessage & Lane

/** The receiving side, which only a host has. */
export interface Receiver {
  /**
   * Up to `max` visible messages, round robin by account and lane; each message is invisible for VISIBILITY_MS. A
   * message that was received before comes in small company, and at last alone. `plan`: makes the room for the messages
   * of this receive; messages without room stay.
   */
  receive(max: number, plan?: () => Room): Promise<Received[]>
  /** The messages are done. A message that is absent is done already. */
  ack(ids: readonly string[]): Promise<void>
  /** Makes messages visible again after `delayMs`; dead, after MAX_RECEIVES receives. */
  retry(ids: readonly string[], delayMs: number): Promise<void>
  /** The time until the next receive; 0 or less: a message is visible. */
  nextVisibleIn(): number | undefined
  /** The same, beside the messages that are visible already. */
  nextTimedIn(): number | undefined
  /** The time until the next delayed or handed back message becomes visible. */
  nextDelayedIn(): number | undefined
  /**
   * The wall clock was set by so much. Back: delayed messages keep the time that is left of their delays. Forward:
   * their moments come sooner, as the clock says.
   */
  clockStepped(byMs: number): Promise<void>
  /** Called after a send was written. Returns a function that ends the calls. */
  onSend(then: () => void): () => void
  depth(): { ready: number; inFlight: number; delayed: number; dead: number }
  deadLetters(max: number): InMessage[]
  /** Dead letters become visible again, as new messages. */
  redrive(): Promise<number>
}

/**
 * A message in flight at the end of this number of processes is dead. The number is larger than MAX_RECEIVES: an end
 * says little about its cause, and a machine that is killed right after each start must lose no message by that.
 */
export const MOST_ENDS = 10

/**
 * A standard queue over embedded SQLite, in the same file as the table, and so in the same commits.
 *
 * A message is ready, delayed, in flight or dead. A sent message is ready or delayed; a delayed message becomes ready
 * at its time. A receive puts the message in flight and counts the receive. The count of a message that was there when
 * the file was opened is durable before a worker sees the message, so that a message that kills the process dies too. An
 * acknowledged message is removed. A message that is handed back, or without an answer for VISIBILITY_MS, becomes ready
 * or delayed again, or dead after MAX_RECEIVES. A message in flight at the end of the last process is ready at once, or
 * dead after MOST_ENDS.
 *
 * The commit of a turn writes the ready messages of the turn, without messages that are done (`queue-turn.ts`).
 */
export function sqliteQueue(file: SqliteFile, clock: Clock, queue: QueueName): Queue & Receiver {
  const sql = queueSql(file.db)
  const backlog = createBacklog(sql, queue)
  const box: QueueContext = { sql, queue, backlog, clock, file, turn: createTurnMessages(), bodies: createKeptBodies() }
  file.beforeCommit(() => writeTurn(box))
  const listeners = new Set<() => void>()
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  return {
    // Sending twice makes two messages: readers of a queue must tolerate duplicates.
    async send(messages) {
      const failed = checkBatch(messages)
      if (failed.length === messages.length) return { failed }
      const accepted = failed.length === 0 ? messages : messages.filter((_, index) => !failed.includes(index))
      await whileAvailable(file, 'queue', 'send', () => file.write(() => add(box, accepted)))
      tell()
      file.commitBehind()
      return { failed }
    },
    async receive(max, plan) {
      const moment = momentOf(clock)
      const timed = (backlog.nextTimedIn(moment) ?? 1) <= 0
      // A write costs an fsync, so nothing is written where nothing has room.
      if (!timed && backlog.ready.shares(1, plan?.()).length === 0) return []
      const received = await file.write(() => {
        surface(box, moment)
        for (;;) {
          const shares = backlog.ready.shares(max, plan?.())
          const claimed = claim(box, shares, moment)
          // No message was claimed although messages have room: the messages are damaged, and dead now.
          if (claimed.length > 0 || shares.length === 0) return claimed
        }
      })
      // An earlier process may have ended because of such a message: so the receive counts before the work begins.
      if (received.some(({ id }) => Number(id) <= file.lastIdBefore)) await file.durable()
      return received
    },
    async ack(ids) {
      if (ids.length > 0) await file.write(() => remove(box, new Set(ids.map(Number))))
    },
    // Only a message in flight can come back, so a second retry is without effect.
    async retry(ids, delayMs) {
      if (ids.length === 0) return
      await file.write(() => {
        for (const id of ids.map(Number)) release(box, id, clock.now() + delayMs)
      })
      tell()
    },
    nextVisibleIn: () => (backlog.ready.sum() > 0 ? 0 : backlog.nextTimedIn(momentOf(clock))),
    nextTimedIn: () => backlog.nextTimedIn(momentOf(clock)),
    nextDelayedIn: () => backlog.nextDelayedIn(clock.now()),
    // Not safe twice, and called once a step: a second call would move the messages again, to an earlier moment.
    async clockStepped(byMs) {
      if (byMs < 0) {
        await file.write(() => {
          sql.moveDelayed.run(Math.round(byMs), queue)
          backlog.moved()
        })
      }
      tell()
    },
    onSend(then) {
      listeners.add(then)
      return () => listeners.delete(then)
    },
    depth: backlog.depth,
    deadLetters: (max) => sql.dead.all(queue, max).map((row) => toMessage(row as unknown as MessageRow)),
    async redrive() {
      const count = await file.write(() => {
        // The backlog is read anew from the file.
        writeTurn(box)
        const { changes } = sql.redrive.run(queue)
        backlog.reload()
        return Number(changes)
      })
      tell()
      return count
    },
  }
}

function momentOf(clock: Clock): Moment {
  return { now: clock.now(), elapsed: clock.elapsed() }
}

/** The objects of the steps below; each step runs inside a transaction. */
interface QueueContext {
  sql: QueueSql
  queue: QueueName
  backlog: Backlog
  clock: Clock
  file: SqliteFile
  /** Messages of this turn, ready or in flight. */
  turn: ReturnType<typeof createTurnMessages>
  /** Of messages that were written by this process, and have not failed. */
  bodies: KeptBodies
}

function add(box: QueueContext, messages: readonly OutMessage[]): void {
  const { backlog, clock, file, turn } = box
  const now = clock.now()
  for (const { account, lane = '', body, value, delayMs = 0 } of messages) {
    const state = delayMs > 0 ? DELAYED : READY
    const visibleAt = now + Math.ceil(delayMs)
    const message = { id: file.nextId(), account, lane, body, value, receives: 0, sent_at: now, sum: null }
    if (state === READY) turn.add(message)
    else insert(box, message, state, visibleAt)
    backlog.added(message, state, visibleAt)
  }
}

function insert({ sql, queue }: QueueContext, message: MessageRow, state: MessageState, visibleAt: Millis): void {
  const { id, account, lane, body, receives, sent_at } = message
  sql.insert.run(id, queue, account, lane, sent_at, visibleAt, receives, state)
  sql.insertBody.run(id, body, messageSum({ queue, account, sent_at, body }))
}

/** Writes the messages of the turn that are not done. */
function writeTurn(box: QueueContext): void {
  for (const message of box.turn.takeAll()) {
    writeOne(box, message)
    box.bodies.keep(message)
  }
}

/** A message was visible from its send on. */
function writeOne(box: QueueContext, message: MessageRow): void {
  insert(box, message, box.backlog.flights.has(message.id) ? IN_FLIGHT : READY, message.sent_at)
}

/** Brings back the messages in flight whose time is over, and the delayed messages whose time has come. */
function surface(box: QueueContext, { now, elapsed }: Moment): void {
  const { sql, queue, backlog } = box
  for (const [id] of overdue(backlog.flights, elapsed)) release(box, id, now)
  if (backlog.nextDelayed() > now) return
  backlog.surfaced(sql.surface.all(queue, now) as unknown as Lane[])
}

/**
 * A message in flight becomes visible again, or dead. The body of the message is not moved. The end of a process says
 * little about the message.
 */
function release(box: QueueContext, id: number, visibleAt: Millis): void {
  const { sql, backlog, clock, turn, bodies } = box
  const flight = backlog.flights.get(id)
  if (flight === undefined) return
  bodies.forget(id)
  const unwritten = turn.take(id)
  if (unwritten !== undefined) writeOne(box, unwritten)
  const most = flight.until === ENDED ? MOST_ENDS : MAX_RECEIVES
  const state = flight.receives >= most ? DEAD : visibleAt > clock.now() ? DELAYED : READY
  sql.move.run(state, Math.ceil(visibleAt), id)
  backlog.landed(id, flight, state, Math.ceil(visibleAt))
}

function remove({ sql, queue, backlog, turn, bodies }: QueueContext, ids: ReadonlySet<number>): void {
  const written: number[] = []
  for (const id of ids) {
    const isFlight = backlog.flights.has(id)
    const unwritten = turn.take(id)
    if (unwritten !== undefined) {
      backlog.removed(id, unwritten, isFlight ? IN_FLIGHT : READY)
      continue
    }
    const gone = isFlight ? FLIGHT : (sql.find.get(id, queue) as typeof FLIGHT | undefined)
    if (gone === undefined) continue
    written.push(id)
    bodies.forget(id)
    backlog.removed(id, gone, gone.state)
  }
  if (written.length === 0) return
  const list = JSON.stringify(written)
  sql.remove.run(list)
  sql.removeBody.run(list)
}

/** A message in flight needs no look into the file: most acknowledged messages are in flight. */
const FLIGHT = { account: '', lane: '', state: IN_FLIGHT as number }

function claim(box: QueueContext, shares: readonly Share[], { now, elapsed }: Moment): Received[] {
  const { sql, backlog, turn } = box
  const chars = RECEIVE_CHARS / shares.length
  const found = shares.flatMap((share) => upTo(chars, readyOf(box, share)))
  const claimed = takeInCompany(found)
  const written: MessageRow[] = []
  for (const row of claimed) {
    if (turn.has(row.id)) turn.received(row)
    else written.push(row)
  }
  if (written.length > 0) sql.claim.run(JSON.stringify(written.map(({ id }) => id)))
  for (const row of written) row.receives++
  for (const { id, account, lane, receives } of claimed) {
    backlog.claimed(id, { account, lane, receives, until: elapsed + VISIBILITY_MS })
  }
  return claimed.filter((row) => turn.has(row.id) || isSound(box, row, now)).map(toMessage)
}

/** The first ready messages of a lane. Messages in the file are older than messages of this turn. */
function* readyOf({ sql, queue, backlog, turn, bodies }: QueueContext, { count, ...of }: Share): Generator<MessageRow> {
  const fresh = turn.readyOf(of)
  const inFile = Math.min(count, backlog.ready.of(of) - fresh.size)
  const rows = inFile > 0 ? sql.ready.all(queue, of.account, of.lane, inFile) : []
  for (const row of rows as unknown as ReadyRow[]) {
    const body = bodies.get(row.id) ?? (sql.body.get(row.id) as unknown as BodyRow | undefined) ?? NO_BODY
    yield { ...row, ...body }
  }
  let left = count - Math.max(0, inFile)
  for (const message of fresh) {
    if (left-- === 0) return
    yield message
  }
}

/** No text has this sum, so the message is found damaged. */
const NO_BODY: BodyRow = { body: '', sum: -1 }

/** Whether the message has the sum of its first write, or never had one. Any other becomes dead, for people to look at. */
function isSound({ sql, queue, backlog, file }: QueueContext, row: MessageRow, now: Millis): boolean {
  const { id, sum } = row
  if (sum === null || sum === messageSum({ ...row, queue })) return true
  file.trouble.note(new Damaged(`message ${id} is not as it was written`))
  sql.move.run(DEAD, now, id)
  backlog.landed(id, backlog.flights.get(id) as Flight, DEAD, now)
  return false
}

/** The limit of a receive over the whole batch: a thousand messages of a MiB each would be a GiB of memory. */
const RECEIVE_CHARS = 16 * 1024 * 1024

/** The first rows that have room together, and always at least a single row. */
function upTo(room: number, rows: Iterable<MessageRow>): MessageRow[] {
  const taken: MessageRow[] = []
  let chars = 0
  for (const row of rows) {
    chars += row.body.length
    if (taken.length > 0 && chars > room) break
    taken.push(row)
  }
  return taken
}

function toMessage({ id, account, lane, body, value, receives, sent_at: sentAt }: MessageRow): Received {
  return { id: String(id), account, lane, body, ...(value !== undefined && { value }), receives, sentAt }
}
