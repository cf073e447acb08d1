import type { Millis } from '../base/time.ts'
import {
  foldSource,
  pruneSources,
  type SourceEntry,
  sourcesInReach,
  sourcesKeptUntil,
} from '../inhibition/inhibition.ts'
import { type BodyShape, bodyShape, readBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { updateItem } from '../table/update.ts'

/** Attempts of a writer. After so many lost races in a row, a later retry of the message is better. */
const TRIES = 20

interface SourcesBody {
  sources: SourceEntry[]
}

const SOURCES: BodyShape<SourcesBody> = bodyShape('inhibition sources')

/** Reads under way at the same moment. */
const READS = 32

/**
 * Folds the entries into the sources under the key, which are brought into reach of the present clock before. Entries
 * are folded by stamp and the write is conditional, so running twice, late or beside another writer has the same result.
 * Unchanged sources are not written.
 */
export async function noteSources(
  table: Table,
  account: string,
  key: string,
  entries: readonly SourceEntry[],
  now: Millis,
): Promise<void> {
  const { result } = await updateItem(
    table,
    keys.account(account, 'inhibit', key),
    SOURCES,
    (stored) => {
      const before = stored?.body.sources ?? []
      const folded = entries.reduce(foldSource, sourcesInReach(before, now))
      if (folded === before) return {}
      const sources = pruneSources(folded, now)
      if (sources.length === 0) return {}
      return { next: { body: { sources }, expiresAt: sourcesKeptUntil(sources) } }
    },
    { tries: TRIES },
  )
  // The message comes again.
  if (result === 'lost') throw new Error(`inhibition sources under ${key} are being written by too many at once`)
}

/**
 * Brings the sources that were read into reach of the present clock, in the table too: else the recovery time of a source
 * would begin anew with every look. Twice is safe: what is in reach changes no more.
 */
export async function reachSources(
  table: Table,
  account: string,
  sources: Map<string, SourceEntry[]>,
  now: Millis,
): Promise<void> {
  for (const [key, entries] of sources) {
    const reached = sourcesInReach(entries, now)
    if (reached === entries) continue
    await noteSources(table, account, key, [], now)
    sources.set(key, reached)
  }
}

/** The sources under the keys, strongly consistent; a key without sources is left out. */
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
      if (item !== undefined) found.set(batch[index]!, readBody(SOURCES, item).sources)
    }
  }
  return found
}
