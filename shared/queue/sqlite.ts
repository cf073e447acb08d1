import type { Clock, Millis } from '../base/time.ts'
import type { SqliteFile } from '../store/sqlite-file.ts'
import { type InMessage, MAX_RECEIVES, type Queue, type QueueName, VISIBILITY_MS } from './port.ts'
import { checkBatch } from './rules.ts'

/** The receiving side, which only a host has. */
export interface Receiver {
  /** Up to `max` visible messages, round robin by account; each is invisible for VISIBILITY_MS. */
  receive(max: number): Promise<InMessage[]>
  ack(ids: readonly string[]): Promise<void>
  /** Visible again after `delayMs`. */
  retry(ids: readonly string[], delayMs: number): Promise<void>
  /** When the next message becomes visible; now or earlier: one is. */
  nextVisibleAt(): Millis | undefined
  /** Called when something was sent and committed. Returns what ends it. */
  onSend(then: () => void): () => void
  depth(): { ready: number; inFlight: number; delayed: number; dead: number }
  deadLetters(max: number): InMessage[]
  /** Dead letters are received again. */
  redrive(): Promise<number>
}

interface Row {
  id: number
  body: string
  account: string
  receives: number
  sent_at: number
}

/** To be fair among accounts a claim looks at so many times more messages than it takes. */
const FAIR_WINDOW = 20

/**
 * A standard queue over embedded SQLite, in the same file, and so the same commits, as the table.
 * Messages in flight when the last process ended are visible at once: whoever held them is gone.
 */
export function sqliteQueue(file: SqliteFile, clock: Clock, queue: QueueName): Queue & Receiver {
  const sql = prepare(file)
  file.db.prepare("UPDATE messages SET state = 'ready', visible_at = 0 WHERE queue = ? AND state = 'flight'").run(queue)
  const listeners = new Set<() => void>()
  return {
    async send(messages) {
      const failed = checkBatch(messages)
      const now = clock.now()
      await file.write(() => {
        for (const [index, message] of messages.entries()) {
          if (failed.includes(index)) continue
          sql.insert.run(queue, message.account, message.body, now, now + (message.delayMs ?? 0))
        }
      })
      for (const listener of listeners) listener()
      return { failed }
    },
    receive(max) {
      const now = clock.now()
      return file.write(() => {
        sql.bury.run(queue, now, MAX_RECEIVES)
        sql.surface.run(queue, now)
        const rows = sql.visible.all(queue, now, max * FAIR_WINDOW) as unknown as Row[]
        return roundRobin(rows, max).map((row) => {
          sql.claim.run(now + VISIBILITY_MS, row.id)
          return { id: String(row.id), body: row.body, receives: row.receives + 1, sentAt: row.sent_at }
        })
      })
    },
    async ack(ids) {
      if (ids.length === 0) return
      await file.write(() => {
        for (const id of ids) sql.remove.run(Number(id))
      })
    },
    async retry(ids, delayMs) {
      const at = clock.now() + delayMs
      await file.write(() => {
        for (const id of ids) sql.release.run(MAX_RECEIVES, at, Number(id))
      })
      for (const listener of listeners) listener()
    },
    nextVisibleAt() {
      const { at } = sql.next.get(queue) as { at: number | null }
      return at ?? undefined
    },
    onSend(then) {
      listeners.add(then)
      return () => listeners.delete(then)
    },
    depth() {
      const now = clock.now()
      return sql.depth.get({ queue, now }) as ReturnType<Receiver['depth']>
    },
    deadLetters(max) {
      const rows = sql.dead.all(queue, max) as unknown as Row[]
      return rows.map((row) => ({ id: String(row.id), body: row.body, receives: row.receives, sentAt: row.sent_at }))
    },
    redrive: () => file.write(() => Number(sql.redrive.run(queue).changes)),
  }
}

function prepare({ db }: SqliteFile) {
  return {
    insert: db.prepare(`INSERT INTO messages (queue, account, body, sent_at, visible_at, receives, state)
      VALUES (?, ?, ?, ?, ?, 0, 'ready')`),
    bury: db.prepare(
      `UPDATE messages SET state = 'dead' WHERE queue = ? AND state = 'flight' AND visible_at <= ? AND receives >= ?`,
    ),
    surface: db.prepare(`UPDATE messages SET state = 'ready' WHERE queue = ? AND state = 'flight' AND visible_at <= ?`),
    visible: db.prepare(`SELECT id, body, account, receives, sent_at FROM messages
      WHERE queue = ? AND state = 'ready' AND visible_at <= ? ORDER BY visible_at, id LIMIT ?`),
    claim: db.prepare(`UPDATE messages SET state = 'flight', visible_at = ?, receives = receives + 1 WHERE id = ?`),
    remove: db.prepare('DELETE FROM messages WHERE id = ?'),
    release:
      db.prepare(`UPDATE messages SET state = CASE WHEN receives >= ? THEN 'dead' ELSE 'ready' END, visible_at = ?
      WHERE id = ? AND state = 'flight'`),
    next: db.prepare(`SELECT min(at) AS at FROM (
      SELECT * FROM (SELECT visible_at AS at FROM messages WHERE queue = ?1 AND state = 'ready' ORDER BY visible_at LIMIT 1)
      UNION ALL
      SELECT * FROM (SELECT visible_at AS at FROM messages WHERE queue = ?1 AND state = 'flight' ORDER BY visible_at LIMIT 1))`),
    depth: db.prepare(`SELECT
      count(*) FILTER (WHERE state = 'ready' AND visible_at <= $now) AS ready,
      count(*) FILTER (WHERE state = 'flight') AS inFlight,
      count(*) FILTER (WHERE state = 'ready' AND visible_at > $now) AS delayed,
      count(*) FILTER (WHERE state = 'dead') AS dead FROM messages WHERE queue = $queue`),
    dead: db.prepare(`SELECT * FROM messages WHERE queue = ? AND state = 'dead' ORDER BY id LIMIT ?`),
    redrive: db.prepare(
      `UPDATE messages SET state = 'ready', receives = 0, visible_at = 0 WHERE queue = ? AND state = 'dead'`,
    ),
  }
}

/** One of each account in turn, in the order they came. */
function roundRobin(rows: Row[], max: number): Row[] {
  if (rows.length <= max) return rows
  const byAccount = [...Map.groupBy(rows, (row) => row.account).values()]
  const taken: Row[] = []
  for (let round = 0; taken.length < max; round++) {
    for (const list of byAccount) {
      const row = list[round]
      if (row !== undefined && taken.length < max) taken.push(row)
    }
  }
  return taken
}
