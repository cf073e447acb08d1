import type { Silence } from '../silence/silence.ts'
import { keys } from '../table/keys.ts'
import { ifUnchanged, type Table } from '../table/port.ts'
import type { Version } from '../table/version.ts'

/** All silences of the account, and the version that a change of them has to name; absent when none was ever saved. */
export interface StoredSilences {
  silences: Silence[]
  version: Version | 'absent'
}

export async function readSilences(table: Table, account: string): Promise<StoredSilences> {
  const item = await table.get(keys.account(account, 'silences'))
  if (item === undefined) return { silences: [], version: 'absent' }
  return { silences: JSON.parse(item.body) as Silence[], version: item.version }
}

/**
 * Saves the list as a whole if nobody else has since `version` was read. `lost`: read it again and
 * decide anew. A save that is repeated after its answer was lost finds a newer version and is lost too.
 */
export async function saveSilences(
  table: Table,
  account: string,
  silences: readonly Silence[],
  version: Version | 'absent',
): Promise<Version | 'lost'> {
  const item = { ...keys.account(account, 'silences'), body: JSON.stringify(silences) }
  return table.put(item, ifUnchanged(version))
}
