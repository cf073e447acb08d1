import type { Clock } from '../base/time.ts'
import type { Condition, Item, ItemKey, NewItem, Table } from './port.ts'
import { bucketOf, checkItem, checkKey, dueMinute } from './rules.ts'
import type { SqliteFile } from './sqlite-file.ts'

interface Row {
  partition: string
  sort: string
  version: number
  body: string
  due_at: number | null
  list_name: string | null
  list_at: number | null
  expires_at: number | null
}

/** Retention removes so many items at a time: it shares the turn with everybody else. */
const EXPIRED_AT_ONCE = 200

/** The table over embedded SQLite. Every write waits for the fsync it shares with the other writes of its turn. */
export function sqliteTable(file: SqliteFile, clock: Clock): Table & { expire(): Promise<number> } {
  const statements = prepare(file)
  const lost = (key: ItemKey, when: Condition): boolean => {
    if (when === 'always') return false
    const found = statements.version.get(key.partition, key.sort) as { version: number } | undefined
    return when === 'absent' ? found !== undefined : found?.version !== when.version
  }
  return {
    async get(key) {
      const row = statements.get.get(key.partition, key.sort) as Row | undefined
      return row && toItem(row)
    },
    async put(item, when) {
      checkItem(item)
      return file.write(() => {
        if (lost(item, when)) return 'lost'
        statements.put.run(...columns(item))
        return 'saved'
      })
    },
    async remove(key, when = 'always') {
      checkKey(key)
      return file.write(() => {
        if (lost(key, when)) return 'lost'
        statements.remove.run(key.partition, key.sort)
        return 'removed'
      })
    },
    async query(partition, prefix, { limit, after, descending = false }) {
      const bounds = [partition, prefix, `${prefix}\u{10ffff}`, after ?? (descending ? '\u{10ffff}' : '')]
      const rows = (descending ? statements.queryDown : statements.queryUp).all(
        ...bounds,
        limit + 1,
      ) as unknown as Row[]
      return page(rows, limit, 'items', toItem, (row) => row.sort)
    },
    async due(bucket, until, { limit, after }) {
      const place = readPlace(after) ?? [0, '', '']
      const rows = statements.due.all(bucket, until, ...place, limit + 1) as unknown as Row[]
      return page(rows, limit, 'keys', toKey, (row) => writePlace(row.due_at, row))
    },
    async list(name, { limit, after }) {
      const place = readPlace(after) ?? [Number.MAX_SAFE_INTEGER, '', '']
      const rows = statements.list.all(name, ...place, limit + 1) as unknown as Row[]
      return page(
        rows,
        limit,
        'keys',
        (row) => ({ ...toKey(row), at: row.list_at as number }),
        (row) => writePlace(row.list_at, row),
      )
    },
    /** Removes items whose retention is over. Twice is once. */
    expire: () => file.write(() => Number(statements.expire.run(clock.now(), EXPIRED_AT_ONCE).changes)),
  }
}

function prepare({ db }: SqliteFile) {
  const range = 'partition = ? AND sort >= ? AND sort < ?'
  return {
    get: db.prepare('SELECT * FROM items WHERE partition = ? AND sort = ?'),
    version: db.prepare('SELECT version FROM items WHERE partition = ? AND sort = ?'),
    put: db.prepare(`INSERT INTO items VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET version = version + 1, body = excluded.body, due_bucket = excluded.due_bucket,
      due_at = excluded.due_at, list_name = excluded.list_name, list_at = excluded.list_at, expires_at = excluded.expires_at`),
    remove: db.prepare('DELETE FROM items WHERE partition = ? AND sort = ?'),
    queryUp: db.prepare(`SELECT * FROM items WHERE ${range} AND sort > ? ORDER BY sort LIMIT ?`),
    queryDown: db.prepare(`SELECT * FROM items WHERE ${range} AND sort < ? ORDER BY sort DESC LIMIT ?`),
    due: db.prepare(`SELECT partition, sort, due_at FROM items WHERE due_bucket = ? AND due_at <= ?
      AND (due_at, partition, sort) > (?, ?, ?) ORDER BY due_at, partition, sort LIMIT ?`),
    list: db.prepare(`SELECT partition, sort, list_at FROM items WHERE list_name = ?
      AND (list_at, partition, sort) < (?, ?, ?) ORDER BY list_at DESC, partition DESC, sort DESC LIMIT ?`),
    expire: db.prepare(`DELETE FROM items WHERE (partition, sort) IN
      (SELECT partition, sort FROM items WHERE expires_at <= ? LIMIT ?)`),
  }
}

function columns(item: NewItem): (string | number | null)[] {
  const due = item.dueAt === undefined ? [null, null] : [bucketOf(item.partition), dueMinute(item.dueAt)]
  const list = item.list === undefined ? [null, null] : [item.list.name, item.list.at]
  return [item.partition, item.sort, item.body, ...due, ...list, item.expiresAt ?? null]
}

function toItem(row: Row): Item {
  return {
    ...toKey(row),
    version: row.version,
    body: row.body,
    ...(row.due_at === null ? {} : { dueAt: row.due_at }),
    ...(row.list_name === null ? {} : { list: { name: row.list_name, at: row.list_at as number } }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  }
}

function toKey({ partition, sort }: Row): ItemKey {
  return { partition, sort }
}

function page<T, K extends string>(
  rows: Row[],
  limit: number,
  name: K,
  read: (row: Row) => T,
  place: (row: Row) => string,
) {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const next = rows.length > limit && last !== undefined ? { next: place(last) } : {}
  return { [name]: kept.map(read), ...next } as Record<K, T[]> & { next?: string }
}

function writePlace(at: number | null, { partition, sort }: Row): string {
  return Buffer.from(JSON.stringify([at, partition, sort])).toString('base64url')
}

/** A cursor that was not made here begins anew; callers check cursors of users. */
function readPlace(after: string | undefined): [number, string, string] | undefined {
  if (after === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString()) as [number, string, string]
  } catch {
    return undefined
  }
}
