import type { PutSilence } from '../silence/put.ts'
import type { Silence } from '../silence/silence.ts'
import { type BodyShape, bodyShape } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { readItem, updateItem } from '../table/update.ts'

interface SilencesBody {
  silences: readonly Silence[]
}

const SILENCES: BodyShape<SilencesBody> = bodyShape('the silences of an account')

/** The silences of an account are a single item: few changes of the item lose to each other. */
const TRIES = 10

/** The silences of the account. */
export async function readSilences(table: Table, account: string): Promise<readonly Silence[]> {
  return (await readItem(table, keys.account(account, 'silences'), SILENCES))?.body.silences ?? []
}

/**
 * Decides over the silences of the account as they are, and saves the whole decided list, unless another writer was
 * faster: then the change is decided anew. `lost`: another writer was always faster. A save that is repeated after a
 * lost answer decides over the saved list.
 */
export async function updateSilences(
  table: Table,
  account: string,
  decide: (silences: readonly Silence[]) => PutSilence,
): Promise<PutSilence | 'lost'> {
  const updated = await updateItem(
    table,
    keys.account(account, 'silences'),
    SILENCES,
    (before) => {
      const put = decide(before?.body.silences ?? [])
      return { put, next: put.ok ? { body: { silences: put.silences } } : undefined }
    },
    { tries: TRIES },
  )
  return updated.result === 'lost' ? 'lost' : updated.decided.put
}
