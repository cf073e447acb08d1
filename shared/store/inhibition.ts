import type { Millis } from '../base/time.ts'
import { foldSource, pruneSources, type SourceEntry, sourcesKeptUntil } from '../inhibition/inhibition.ts'
import { keys } from '../table/keys.ts'
import { ifUnchanged, type Table } from '../table/port.ts'

/** Writers of one key that overtake each other this often in a row: the message is better retried later. */
const MAX_TRIES = 20

/** Reads under way at once. */
const READS = 32

/**
 * Folds the entries into what is kept under the key. Entries are folded by stamp and the write is
 * conditional, so running twice, late or beside another writer comes to the same; nothing is written
 * when nothing changed.
 */
export async function noteSources(
  table: Table,
  account: string,
  key: string,
  entries: readonly SourceEntry[],
  now: Millis,
): Promise<void> {
  const place = keys.account(account, 'inhibit', key)
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const item = await table.get(place)
    const before = item === undefined ? [] : (JSON.parse(item.body) as SourceEntry[])
    const folded = entries.reduce(foldSource, before)
    if (folded === before) return
    const after = pruneSources(folded, now)
    if (after.length === 0) return
    const next = { ...place, body: JSON.stringify(after), expiresAt: sourcesKeptUntil(after) }
    if ((await table.put(next, ifUnchanged(item?.version ?? 'absent'))) !== 'lost') return
  }
  throw new Error(`inhibition sources under ${key} are being written by too many at once`)
}

/** What is kept under each of the keys, strongly consistent; a key without sources is left out. */
export async function readSources(
  table: Table,
  account: string,
  wanted: readonly string[],
): Promise<Map<string, SourceEntry[]>> {
  const found = new Map<string, SourceEntry[]>()
  for (let i = 0; i < wanted.length; i += READS) {
    const batch = wanted.slice(i, i + READS)
    const items = await Promise.all(batch.map((key) => table.get(keys.account(account, 'inhibit', key))))
    for (const [index, item] of items.entries()) {
      if (item !== undefined) found.set(batch[index]!, JSON.parse(item.body) as SourceEntry[])
    }
  }
  return found
}
