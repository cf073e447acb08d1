import type { Chance, Clock } from '../base/time.ts'
import { bucketOf, checkItem, checkKey, dueMinute, readCursor, readSortCursor, writeCursor } from '../table/limits.ts'
import type { Condition, Item, ItemKey, NewItem, Table } from '../table/port.ts'
import { joinVersion, newVersion, splitVersion, type Version } from '../table/version.ts'
import { whileAvailable } from './failures.ts'
import type { SqliteFile } from './file.ts'
import { Damaged, itemSum, type SummedItem } from './sums.ts'

interface Row extends SummedItem {
  due_minute: number
  list_at: number
  /** Null: an earlier version wrote the row. */
  sum: number | null
}

/** An entry of the index of cards. */
interface CardRow extends ItemKey {
  card_at: number
  card: string
}

/** Retention removes this number of items at a time: the removal shares its turn with the other writes. */
const EXPIRED_AT_ONCE = 200

/** A text greater than every sort key that may follow. */
const LAST = '\u{10ffff}'.repeat(2)

/**
 * The table over embedded SQLite. A write is durable with the fsync of its turn, which the writes of the turn share.
 * `chance` makes the marks of versions.
 */
export function sqliteTable(file: SqliteFile, clock: Clock, chance: Chance): Table & { expire(): Promise<number> } {
  const sql = prepare(file)
  return {
    get: ({ partition, sort }) =>
      whileAvailable(file, 'table', 'get', () => {
        const row = sql.get.get(partition, sort) as Row | undefined
        return row && toItem(row)
      }),
    async put(item, when) {
      checkItem(item)
      const version = newVersion(typeof when === 'string' ? undefined : when.version, chance)
      return whileAvailable(file, 'table', 'put', () =>
        file.write(() => (put(sql, item, version, when) ? version : 'lost')),
      )
    },
    async remove(key, when = 'always') {
      checkKey(key)
      return whileAvailable(file, 'table', 'remove', () =>
        file.write(() => (remove(sql, key, when) ? 'removed' : 'lost')),
      )
    },
    query: (partition, prefix, { limit, after, descending = false }) =>
      whileAvailable(file, 'table', 'query', () => {
        const cursor = readSortCursor(after, prefix)
        const query = descending ? sql.queryDown : sql.queryUp
        const rows = query.all(partition, prefix, prefix + LAST, cursor ?? (descending ? LAST : ''), limit + 1)
        const items = rows.slice(0, limit).map((row) => toItem(rowOf(row)))
        return { items, ...nextCursor(rows, limit, ({ sort }) => sort) }
      }),
    due: (bucket, until, { limit, after }) =>
      whileAvailable(file, 'table', 'due', () => {
        const { at, partition, sort } = readCursor(after) ?? { at: Number.MIN_SAFE_INTEGER, partition: '', sort: '' }
        const rows = sql.due.all(bucket, until, at, partition, sort, limit + 1)
        const cursor = nextCursor(rows, limit, (row) => writeCursor({ at: row.due_minute, ...toKey(row) }))
        return { keys: rows.slice(0, limit).map((row) => toKey(rowOf(row))), ...cursor }
      }),
    list: (name, { limit, after }) =>
      whileAvailable(file, 'table', 'list', () => {
        const { at, partition, sort } = readCursor(after) ?? { at: Number.MAX_SAFE_INTEGER, partition: '', sort: '' }
        const rows = sql.list.all(name, at, partition, sort, limit + 1)
        const keys = rows.slice(0, limit).map((row) => ({ ...toKey(rowOf(row)), at: rowOf(row).list_at }))
        return { keys, ...nextCursor(rows, limit, (row) => writeCursor({ at: row.list_at, ...toKey(row) })) }
      }),
    cards: (name, { limit, after }) =>
      whileAvailable(file, 'table', 'cards', () => {
        const { at, partition, sort } = readCursor(after) ?? { at: Number.MAX_SAFE_INTEGER, partition: '', sort: '' }
        const rows = sql.cards.all(name, at, partition, sort, limit + 1).map((row) => row as unknown as CardRow)
        const cards = rows.slice(0, limit).map((row) => ({ ...toKey(row), at: row.card_at, text: row.card }))
        return { cards, ...nextCursor(rows, limit, (row: CardRow) => writeCursor({ at: row.card_at, ...toKey(row) })) }
      }),
    durable: () => whileAvailable(file, 'table', 'commit', () => file.durable()),
    /** Removes items at the end of their retention. A second call finds no such item. */
    expire: () => file.write(() => Number(sql.expire.run(clock.now(), EXPIRED_AT_ONCE).changes)),
  }
}

type Statements = ReturnType<typeof prepare>

function prepare({ db }: SqliteFile) {
  const columns =
    'partition, sort, version, mark, due_bucket, due_minute, due_at, list_name, list_at, expires_at, body, sum, card_name, card_at, card'
  const insert = `INSERT INTO items (${columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)`
  const set = `SET version = ?3, mark = ?4, due_bucket = ?5, due_minute = ?6, due_at = ?7, list_name = ?8, list_at = ?9,
    expires_at = ?10, body = ?11, sum = ?12, card_name = ?13, card_at = ?14, card = ?15`
  const range = 'partition = ? AND sort >= ? AND sort < ?'
  return {
    get: db.prepare('SELECT * FROM items WHERE partition = ? AND sort = ?'),
    version: db.prepare('SELECT version, mark FROM items WHERE partition = ? AND sort = ?'),
    insert: db.prepare(`${insert} ON CONFLICT DO NOTHING`),
    upsert: db.prepare(`${insert} ON CONFLICT DO UPDATE ${set}`),
    update: db.prepare(`UPDATE items ${set} WHERE partition = ?1 AND sort = ?2 AND version = ?16 AND mark = ?17`),
    remove: db.prepare('DELETE FROM items WHERE partition = ? AND sort = ?'),
    queryUp: db.prepare(`SELECT * FROM items WHERE ${range} AND sort > ? ORDER BY sort LIMIT ?`),
    queryDown: db.prepare(`SELECT * FROM items WHERE ${range} AND sort < ? ORDER BY sort DESC LIMIT ?`),
    due: db.prepare(`SELECT partition, sort, due_minute FROM items WHERE due_bucket = ? AND due_minute <= ?
      AND (due_minute, partition, sort) > (?, ?, ?) ORDER BY due_minute, partition, sort LIMIT ?`),
    list: db.prepare(`SELECT partition, sort, list_at FROM items WHERE list_name = ?
      AND (list_at, partition, sort) < (?, ?, ?) ORDER BY list_at DESC, partition DESC, sort DESC LIMIT ?`),
    cards: db.prepare(`SELECT partition, sort, card_at, card FROM items WHERE card_name = ?
      AND (card_at, partition, sort) < (?, ?, ?) ORDER BY card_at DESC, partition DESC, sort DESC LIMIT ?`),
    expire: db.prepare(`DELETE FROM items WHERE rowid IN (SELECT rowid FROM items WHERE expires_at <= ? LIMIT ?)`),
  }
}

/** Atomic: no other write of the turn comes between, and a write of another process is impossible. */
function put(sql: Statements, item: NewItem, version: Version, when: Condition): boolean {
  const values = valuesOf(item, version)
  if (when === 'always') return sql.upsert.run(...values).changes === 1
  if (when === 'absent') return sql.insert.run(...values).changes === 1
  const { count, mark } = splitVersion(when.version)
  return sql.update.run(...values, count, mark).changes === 1
}

function remove(sql: Statements, { partition, sort }: ItemKey, when: Condition): boolean {
  if (when !== 'always') {
    const found = sql.version.get(partition, sort) as Row | undefined
    if (when === 'absent' ? found !== undefined : !found || versionOf(found) !== when.version) return false
  }
  sql.remove.run(partition, sort)
  return true
}

/** Times are whole milliseconds: the index must not tell apart two times that a cursor cannot tell apart. */
function valuesOf(
  { partition, sort, body, dueAt, list, card, expiresAt }: NewItem,
  version: Version,
): (string | number | null)[] {
  const { count, mark } = splitVersion(version)
  const due = dueAt === undefined ? [null, null, null] : [bucketOf(partition), dueMinute(dueAt), Math.ceil(dueAt)]
  const listAt = list === undefined ? null : Math.floor(list.at)
  const expires = expiresAt === undefined ? null : Math.ceil(expiresAt)
  const cardColumns = {
    card_name: card?.name ?? null,
    card_at: card ? Math.floor(card.at) : null,
    card: card?.text ?? null,
  }
  const sum = itemSum({
    ...{ partition, sort, version: count, mark, body },
    ...{ due_at: due[2] ?? null, list_name: list?.name ?? null, list_at: listAt, expires_at: expires },
    ...cardColumns,
  })
  const listed = [list?.name ?? null, listAt]
  return [partition, sort, count, mark, ...due, ...listed, expires, body, sum, ...Object.values(cardColumns)]
}

/** Throws when the row is not as it was written. */
function toItem(row: Row): Item {
  if (row.sum !== null && row.sum !== itemSum(row)) throw new Damaged('an item is not as it was written')
  return {
    ...toKey(row),
    version: versionOf(row),
    body: row.body,
    ...(row.due_at === null ? {} : { dueAt: row.due_at }),
    ...(row.list_name === null ? {} : { list: { name: row.list_name, at: row.list_at } }),
    ...(row.card_name === null ? {} : { card: { name: row.card_name, at: row.card_at ?? 0, text: row.card ?? '' } }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  }
}

function versionOf({ version, mark }: Row): Version {
  return joinVersion(version, mark)
}

function rowOf(row: unknown): Row {
  return row as Row
}

function toKey({ partition, sort }: ItemKey): ItemKey {
  return { partition, sort }
}

/** The query asks for one row more than the limit, to learn whether rows follow. */
function nextCursor<R = Row>(rows: unknown[], limit: number, place: (row: R) => string): { next?: string } {
  const last = rows[limit - 1]
  return rows.length > limit && last !== undefined ? { next: place(last as R) } : {}
}
