import { DAY, type Millis } from '../base/time.ts'
import type { InboxMessage } from '../delivery/inbox-message.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Page, Table } from '../table/port.ts'
import { retryLost } from '../table/update.ts'

const RETENTION_MS = 30 * DAY
const TRIES = 5
/** Items that are removed side by side. */
const AT_ONCE = 25
/** Pages of an inbox that is emptied: 10,000 messages. What is left expires. */
const MOST_PAGES = 100

const MESSAGE: BodyShape<InboxMessage> = bodyShape('a message of the message centre')

/**
 * Keeps a message for a user. Twice or late: the first copy stays, with its moment and its mark, so an attempt that is
 * made again adds no message.
 */
export async function putInboxMessage(
  table: Table,
  account: string,
  user: string,
  message: InboxMessage,
): Promise<void> {
  const list = { name: keys.inboxList(account, user), at: message.at }
  const item = { ...keys.inbox(account, user, message.id), body: writeBody(MESSAGE, message), list }
  await table.put({ ...item, expiresAt: message.at + RETENTION_MS }, 'absent')
}

/** Newest first. */
export async function listInbox(
  table: Table,
  account: string,
  user: string,
  page: Page,
): Promise<{ items: InboxMessage[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.inboxList(account, user), page)
  const items = await Promise.all(found.map((key) => table.get(key)))
  return { items: items.flatMap((item) => (item === undefined ? [] : [readBody(MESSAGE, item)])), next }
}

/** Marks messages as read; gives the ids of the messages that are there. Twice or late: the first moment stays. */
export async function markRead(
  table: Table,
  account: string,
  user: string,
  ids: readonly string[],
  now: Millis,
): Promise<string[]> {
  const there = await Promise.all(
    ids.map((id) => retryLost(async () => await markOne(table, account, user, id, now), { tries: TRIES })),
  )
  return ids.filter((_, index) => there[index] === true)
}

async function markOne(
  table: Table,
  account: string,
  user: string,
  id: string,
  now: Millis,
): Promise<boolean | 'lost'> {
  const item = await table.get(keys.inbox(account, user, id))
  if (item === undefined) return false
  const message = readBody(MESSAGE, item)
  if (message.readAt !== undefined) return true
  const { version, ...rest } = item
  const saved = await table.put({ ...rest, body: writeBody(MESSAGE, { ...message, readAt: now }) }, { version })
  return saved === 'lost' ? 'lost' : true
}

/** Removes the messages of a user who is gone. Twice or late: a message that is gone is gone. */
export async function emptyInbox(table: Table, account: string, user: string): Promise<void> {
  const { partition, sort } = keys.inbox(account, user, '')
  for (let page = 0; page < MOST_PAGES; page++) {
    // What was removed is not found again, so each page is the first.
    const { items } = await table.query(partition, sort, { limit: AT_ONCE * 4 })
    for (let from = 0; from < items.length; from += AT_ONCE) {
      await Promise.all(items.slice(from, from + AT_ONCE).map((item) => table.remove(item)))
    }
    if (items.length < AT_ONCE * 4) return
  }
}
