import { DAY, type Millis } from '../base/time.ts'
import type { BodyRefused } from '../message/message.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'

const RETENTION_MS = 30 * DAY

/**
 * A body that an integration refused, or a message that no function could read, as the owner of the account sees it.
 */
export interface RefusedBody {
  id: string
  /** Absent when the message does not name an integration. */
  integration?: string
  /** Only for a message: the queue of the message. */
  queue?: string
  receivedAt: Millis
  reason: string
  /** At most the first 64 KiB, base64. */
  body: string
}

const REFUSED: BodyShape<RefusedBody> = bodyShape('a refused body')

/**
 * Keeps a refused body for its owner. `id` is the id of the queue message, so a message that comes twice is kept once.
 */
export async function keepRefused(table: Table, refused: BodyRefused, id: string): Promise<void> {
  const { account, integration, receivedAt, reason, body } = refused
  const kept: RefusedBody = { id, integration, receivedAt, reason, body }
  const list = { name: keys.list(account, 'refused'), at: receivedAt }
  const expiresAt = receivedAt + RETENTION_MS
  await table.put(
    { ...keys.account(account, 'refused', id), body: writeBody(REFUSED, kept), list, expiresAt },
    'always',
  )
}

/**
 * Keeps a message that cannot be read, under the id of the message: twice or late, the first copy stays. The message
 * has two items, each item in a list of its own, so that a reader of dead messages finds the message without reading
 * the whole list of refused bodies.
 */
export async function keepUnreadable(
  table: Table,
  account: string,
  message: Omit<RefusedBody, 'id'> & { id: string; queue: string },
): Promise<void> {
  const { receivedAt, queue } = message
  const kept = { ...message, id: `${queue}-${message.id}` }
  for (const name of ['refused', 'unreadable'] as const) {
    const list = { name: keys.list(account, name), at: receivedAt }
    const item = { ...keys.account(account, name, kept.id), body: writeBody(REFUSED, kept), list }
    await table.put({ ...item, expiresAt: receivedAt + RETENTION_MS }, 'absent')
  }
}

/** When the newest refused bodies and unreadable messages came, at most so many. */
export async function listRefusedTimes(table: Table, account: string, limit: number): Promise<Millis[]> {
  const { keys: found } = await table.list(keys.list(account, 'refused'), { limit })
  return found.map(({ at }) => at)
}

/** Newest first: refused bodies and unreadable messages together, or the unreadable messages alone. */
export async function listRefused(
  table: Table,
  account: string,
  page: Page,
  name: 'refused' | 'unreadable' = 'refused',
): Promise<{ items: RefusedBody[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, name), page)
  const items = await Promise.all(found.map((key) => table.get(key)))
  const bodies = items.flatMap((item) => (item === undefined ? [] : [readBody(REFUSED, item)]))
  return { items: bodies, next }
}
