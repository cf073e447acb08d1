import { DatabaseSync } from 'node:sqlite'
import { isDamage } from './failures.ts'
import { itemSum, messageSum, type SummedItem, type SummedMessage } from './sums.ts'

/** More findings say nothing more. */
const MOST_FINDINGS = 5
/**
 * Rows are read in slices of this size: a reader keeps SQLite from reusing its write-ahead log, so no reading may last
 * for the whole file.
 */
const SLICE_CHARS = 8 * 1024 * 1024

/**
 * Reads the whole file over a connection of its own, and returns the damage that was found, in words without any data.
 * The call blocks its thread: about a second for a gigabyte in memory, else as long as the disk needs. Throws when the
 * file cannot be read now.
 */
export function checkFile(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    const found = structure(db)
    if (found.length > 0) return found
    for (const { table, id } of changedRows(db)) {
      found.push(`row ${id} of ${table} is not as it was written`)
      if (found.length === MOST_FINDINGS) break
    }
    return found
  } catch (error) {
    if (isDamage(error)) return [(error as Error).message]
    throw error
  } finally {
    db.close()
  }
}

/** Pages, their order, and every index against its table. */
function structure(db: DatabaseSync): string[] {
  const rows = db.prepare(`PRAGMA integrity_check(${MOST_FINDINGS})`).all()
  const found = rows.map(({ integrity_check: text }) => String(text).replaceAll(/\s+/g, ' '))
  return found.length === 1 && found[0] === 'ok' ? [] : found
}

/** The tables whose rows have checksums, each with the rows that are not as they were written. */
function* changedRows(db: DatabaseSync): Generator<{ table: 'items' | 'messages'; id: number }> {
  for (const id of items(db)) yield { table: 'items', id }
  for (const id of messages(db)) yield { table: 'messages', id }
}

/**
 * Removes the rows that are not as they were written, and returns their number. Twice is once. A file whose structure is
 * damaged stays as it is.
 */
export function removeChanged(db: DatabaseSync): number {
  try {
    const rows = [...changedRows(db)]
    const item = db.prepare('DELETE FROM items WHERE rowid = ?')
    const message = [db.prepare('DELETE FROM messages WHERE id = ?'), db.prepare('DELETE FROM bodies WHERE id = ?')]
    for (const { table, id } of rows) for (const remove of table === 'items' ? [item] : message) remove.run(id)
    return rows.length
  } catch (error) {
    if (isDamage(error)) return 0
    throw error
  }
}

function items(db: DatabaseSync): Generator<number> {
  const cards = 'card_name, card_at, card'
  const columns = `partition, sort, version, mark, due_at, list_name, list_at, expires_at, ${cards}, body, sum`
  const query = `SELECT rowid AS id, ${columns} FROM items WHERE rowid > ? ORDER BY rowid`
  return changed(db, query, (row) => itemSum(row as unknown as SummedItem))
}

/** States of messages are 0 to 3 (`queue-sql.ts`), and `last_id` is the highest id that was given. */
function messages(db: DatabaseSync): Generator<number> {
  const query = `SELECT id, queue, account, sent_at, state, body, sum, (SELECT last_id FROM store) AS last_id
    FROM messages JOIN bodies USING (id) WHERE id > ? ORDER BY id`
  return changed(db, query, (row) => {
    const { id, state, last_id: lastId } = row as unknown as { id: number; state: number; last_id: number }
    return id <= lastId && [0, 1, 2, 3].includes(state) ? messageSum(row as unknown as SummedMessage) : undefined
  })
}

interface SummedRow {
  id: number
  body: string
  /** Null: an earlier version wrote the row. */
  sum: number | null
}

/** Rows whose checksum is another than the checksum that lies in the row. No checksum: the row cannot be right. */
function* changed(db: DatabaseSync, query: string, sumOf: (row: SummedRow) => number | undefined): Generator<number> {
  const rows = db.prepare(query)
  let last = 0
  for (let more = true; more; ) {
    more = false
    const found: number[] = []
    let chars = 0
    for (const row of rows.iterate(last) as Iterable<SummedRow>) {
      last = row.id
      const sum = sumOf(row)
      if (sum === undefined || (row.sum !== null && row.sum !== sum)) found.push(row.id)
      chars += row.body.length
      more = chars > SLICE_CHARS
      if (more) break
    }
    yield* found
  }
}
