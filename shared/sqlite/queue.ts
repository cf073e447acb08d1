import type { Clock } from '../base/time.ts'
import { checkBatch } from '../queue/limits.ts'
import type { Queue, QueueName } from '../queue/port.ts'
import type { Receiver } from '../queue/receiver.ts'
import { whileAvailable } from './failures.ts'
import type { SqliteFile } from './file.ts'
import { createBacklog, type Moment } from './queue-backlog.ts'
import { createKeptBodies } from './queue-bodies.ts'
import { claim, toMessage } from './queue-claim.ts'
import { type MessageRow, queueSql } from './queue-sql.ts'
import { add, type QueueContext, release, remove, surface, writeTurn } from './queue-steps.ts'
import { createTurnMessages } from './queue-turn.ts'

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
