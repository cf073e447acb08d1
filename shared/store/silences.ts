import type { Silence } from '../silence/silence.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'

/** All silences of the account, and the version that a change of them has to name; 0: none were ever saved. */
export interface StoredSilences {
  silences: Silence[]
  version: number
}

export async function readSilences(table: Table, account: string): Promise<StoredSilences> {
  const item = await table.get(keys.account(account, 'silences'))
  if (item === undefined) return { silences: [], version: 0 }
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
  version: number,
): Promise<'saved' | 'lost'> {
  const item = { ...keys.account(account, 'silences'), body: JSON.stringify(silences) }
  return table.put(item, version === 0 ? 'absent' : { version })
}
