import type { DatabaseSync } from 'node:sqlite'
import type { Lane } from '../queue/receiver.ts'

/** Values of `messages.state`; the indexes of the schema depend on the values. */
export const READY = 0
export const DELAYED = 1
export const IN_FLIGHT = 2
export const DEAD = 3
export type MessageState = typeof READY | typeof DELAYED | typeof IN_FLIGHT | typeof DEAD

export interface MessageRow extends ReadyRow, BodyRow {
  /** Of a message of this process, as the sender gave the value. */
  value?: unknown
}

export interface ReadyRow extends Lane {
  id: number
  receives: number
  sent_at: number
}

export interface BodyRow {
  body: string
  /** Null: an earlier version wrote the body, or no version wrote the body yet. */
  sum: number | null
}

export type QueueSql = ReturnType<typeof queueSql>

/**
 * The states are literals where SQLite has to find a partial index: with a bound state SQLite would not find the index.
 */
export function queueSql(db: DatabaseSync) {
  const whole = 'SELECT id, account, lane, body, receives, sent_at, sum FROM messages JOIN bodies USING (id)'
  // A single statement for the whole batch costs a third of a statement for each message.
  const listed = 'id IN (SELECT value FROM json_each(?))'
  return {
    insert: db.prepare(`INSERT INTO messages (id, queue, account, lane, sent_at, visible_at, receives, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    insertBody: db.prepare('INSERT INTO bodies (id, body, sum) VALUES (?, ?, ?)'),
    ready: db.prepare(`SELECT id, account, lane, receives, sent_at FROM messages
      WHERE queue = ? AND account = ? AND lane = ? AND state = 0 ORDER BY id LIMIT ?`),
    body: db.prepare('SELECT body, sum FROM bodies WHERE id = ?'),
    claim: db.prepare(`UPDATE messages SET state = 2, receives = receives + 1 WHERE ${listed}`),
    move: db.prepare('UPDATE messages SET state = ?, visible_at = ? WHERE id = ?'),
    moveDelayed: db.prepare('UPDATE messages SET visible_at = visible_at + ? WHERE queue = ? AND state = 1'),
    surface: db.prepare(`UPDATE messages SET state = 0 WHERE queue = ? AND state = 1 AND visible_at <= ?
      RETURNING account, lane`),
    find: db.prepare('SELECT account, lane, state FROM messages WHERE id = ? AND queue = ?'),
    remove: db.prepare(`DELETE FROM messages WHERE ${listed}`),
    removeBody: db.prepare(`DELETE FROM bodies WHERE ${listed}`),
    dead: db.prepare(`${whole} WHERE queue = ? AND state = 3 ORDER BY id LIMIT ?`),
    redrive: db.prepare('UPDATE messages SET state = 0, receives = 0 WHERE queue = ? AND state = 3'),
    counts: db.prepare(
      'SELECT account, lane, state, count(*) AS count FROM messages WHERE queue = ? GROUP BY account, lane, state',
    ),
    inFlight: db.prepare('SELECT id, account, lane, receives FROM messages WHERE queue = ? AND state = 2'),
    nextDelayed: db.prepare('SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND state = 1'),
  }
}
