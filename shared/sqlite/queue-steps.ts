import type { Clock, Millis } from '../base/time.ts'
import { MAX_RECEIVES, type OutMessage, type QueueName } from '../queue/port.ts'
import type { Lane } from '../queue/receiver.ts'
import type { SqliteFile } from './file.ts'
import { type Backlog, ENDED, type Moment, overdue } from './queue-backlog.ts'
import type { KeptBodies } from './queue-bodies.ts'
import { DEAD, DELAYED, IN_FLIGHT, type MessageRow, type MessageState, type QueueSql, READY } from './queue-sql.ts'
import type { createTurnMessages } from './queue-turn.ts'
import { messageSum } from './sums.ts'

/**
 * A message in flight at the end of this number of processes is dead. The number is larger than MAX_RECEIVES: an end
 * says little about its cause, and a machine that is killed right after each start must lose no message by that.
 */
export const MOST_ENDS = 10

/** The objects of the steps of a queue. Each step runs inside a transaction. */
export interface QueueContext {
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

export function add(box: QueueContext, messages: readonly OutMessage[]): void {
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
export function writeTurn(box: QueueContext): void {
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
export function surface(box: QueueContext, { now, elapsed }: Moment): void {
  const { sql, queue, backlog } = box
  for (const [id] of overdue(backlog.flights, elapsed)) release(box, id, now)
  if (backlog.nextDelayed() > now) return
  backlog.surfaced(sql.surface.all(queue, now) as unknown as Lane[])
}

/**
 * A message in flight becomes visible again, or dead. The body of the message is not moved. The end of a process says
 * little about the message.
 */
export function release(box: QueueContext, id: number, visibleAt: Millis): void {
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

export function remove({ sql, queue, backlog, turn, bodies }: QueueContext, ids: ReadonlySet<number>): void {
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
