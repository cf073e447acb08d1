import { DAY, type Millis } from '../base/time.ts'
import type { BodyRefused } from '../message/message.ts'
import { keys } from './keys.ts'
import type { Page, Table } from './port.ts'

const RETENTION_MS = 30 * DAY

/** A body that an integration could not take, as its owner sees it. */
export interface RefusedBody {
  id: string
  integration: string
  receivedAt: Millis
  reason: string
  /** At most the first 64 KiB, base64. */
  body: string
}

/** Keeps it for its owner. `id` is the queue message's, so a message that comes twice is kept once. */
export async function keepRefused(table: Table, refused: BodyRefused, id: string): Promise<void> {
  const { account, integration, receivedAt, reason, body } = refused
  const kept: RefusedBody = { id, integration, receivedAt, reason, body }
  const list = { name: keys.list(account, 'refused'), at: receivedAt }
  const expiresAt = receivedAt + RETENTION_MS
  await table.put({ ...keys.account(account, 'refused', id), body: JSON.stringify(kept), list, expiresAt }, 'always')
}

/** Newest first. */
export async function listRefused(
  table: Table,
  account: string,
  page: Page,
): Promise<{ items: RefusedBody[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'refused'), page)
  const items = await Promise.all(found.map((key) => table.get(key)))
  const bodies = items.flatMap((item) => (item === undefined ? [] : [JSON.parse(item.body) as RefusedBody]))
  return { items: bodies, ...(next === undefined ? {} : { next }) }
}
