import { keepNewest } from '../base/keep-newest.ts'
import type { PutSilence } from '../silence/put.ts'
import type { Silence } from '../silence/silence.ts'
import { type BodyShape, bodyShape, readBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { readItem, updateItem } from '../table/update.ts'
import type { Version } from '../table/version.ts'

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

/** An account that is gone takes no memory for ever. */
const KEPT_ACCOUNTS = 500

/**
 * Reads the silences of accounts again and again, each time from the table. While the item of an account is unchanged,
 * the very same silences are returned, without parsing the item.
 */
export function createSilencesReader(table: Table): (account: string) => Promise<readonly Silence[]> {
  const kept = new Map<string, { version: Version; silences: readonly Silence[] }>()
  return async (account) => {
    const item = await table.get(keys.account(account, 'silences'))
    if (item === undefined) return []
    const known = kept.get(account)
    const { version } = item
    const { silences } = known?.version === version ? known : readBody(SILENCES, item)
    keepNewest(kept, account, { version, silences }, KEPT_ACCOUNTS)
    return silences
  }
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
