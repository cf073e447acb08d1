import type { DatabaseSync } from 'node:sqlite'
import type { Millis } from '../base/time.ts'

/**
 * Raised with every change of the tables below. A newer file is refused, and so is schema 1, from before the first
 * release: its items have no marks. A file of schema 2 gets the columns `sum`, empty in the rows that are there.
 */
const SCHEMA_VERSION = 5
const OLDEST = 2

/**
 * `version` counts puts, and `mark` tells puts with equal counts apart (`shared/table/version.ts`). `due_minute` is
 * `due_at` rounded up. Bodies of messages lie apart from the small rows that every claim rewrites. States: 0 ready, 1
 * delayed, 2 in flight, 3 dead (`queue-sql.ts`). `sum` is a checksum (`sums.ts`). The index of cards has the cards: a list
 * of cards reads no row.
 */
const SCHEMA = `
CREATE TABLE items (
  partition TEXT NOT NULL, sort TEXT NOT NULL, version INTEGER NOT NULL, mark TEXT NOT NULL, due_bucket INTEGER,
  due_minute INTEGER, due_at INTEGER, list_name TEXT, list_at INTEGER, expires_at INTEGER, body TEXT NOT NULL,
  sum INTEGER, card_name TEXT, card_at INTEGER, card TEXT, PRIMARY KEY (partition, sort)
);
CREATE INDEX items_due ON items (due_bucket, due_minute, partition, sort) WHERE due_bucket IS NOT NULL;
CREATE INDEX items_list ON items (list_name, list_at, partition, sort) WHERE list_name IS NOT NULL;
CREATE INDEX items_cards ON items (card_name, card_at, partition, sort, card) WHERE card_name IS NOT NULL;
CREATE INDEX items_expire ON items (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, account TEXT NOT NULL, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receives INTEGER NOT NULL, state INTEGER NOT NULL, lane TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_ready ON messages (queue, account, lane, id) WHERE state = 0;
CREATE INDEX messages_delayed ON messages (queue, visible_at) WHERE state = 1;
CREATE INDEX messages_dead ON messages (queue, id) WHERE state = 3;
CREATE TABLE bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL, sum INTEGER);
CREATE TABLE store (
  born INTEGER NOT NULL, commits INTEGER NOT NULL, last_id INTEGER NOT NULL, latest_at INTEGER NOT NULL DEFAULT 0
);
`

/** What makes a file of schema 2 a file of schema 3, and so on. */
const CHANGES = [
  'ALTER TABLE items ADD COLUMN sum INTEGER; ALTER TABLE bodies ADD COLUMN sum INTEGER;',
  `ALTER TABLE messages ADD COLUMN lane TEXT NOT NULL DEFAULT '';
  DROP INDEX messages_ready;
  CREATE INDEX messages_ready ON messages (queue, account, lane, id) WHERE state = 0;
  ALTER TABLE store ADD COLUMN latest_at INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE items ADD COLUMN card_name TEXT; ALTER TABLE items ADD COLUMN card_at INTEGER;
  ALTER TABLE items ADD COLUMN card TEXT;
  CREATE INDEX items_cards ON items (card_name, card_at, partition, sort, card) WHERE card_name IS NOT NULL;`,
]

/** Another version wrote the file: opening could damage the file. */
export class SchemaUnknown extends Error {}

export function migrate(db: DatabaseSync, path: string, born: Millis): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found > SCHEMA_VERSION) {
    throw new SchemaUnknown(
      `${path} was written by a newer version (schema ${found}, this one knows ${SCHEMA_VERSION})`,
    )
  }
  if (found > 0 && found < OLDEST) {
    const advice = 'move the directory away, or set TOCSIN_DATA to a new one, and configure anew'
    throw new SchemaUnknown(
      `${path} was written before the first release (schema ${found}), and cannot be read: ${advice}`,
    )
  }
  if (found === SCHEMA_VERSION) return
  const change =
    found === 0
      ? `${SCHEMA} INSERT INTO store VALUES (${Math.floor(born)}, 0, 0, 0);`
      : CHANGES.slice(found - OLDEST).join('')
  // All or nothing: after a crash the next start finds the old version and does the same again.
  db.exec(`BEGIN; ${change} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
}
