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

/** Silences are one item of the account: changes of the item that lose to each other are few. */
const TRIES = 10

/** All silences of the account. */
export async function readSilences(table: Table, account: string): Promise<readonly Silence[]> {
  return (await readItem(table, keys.account(account, 'silences'), SILENCES))?.body.silences ?? []
}

/**
 * Decides over all silences of the account as they are, and saves the whole list that was decided, unless another
 * writer was faster: then it decides anew. `lost`: it was never the faster one. A save that is repeated after its
 * answer was lost decides over the saved list.
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
