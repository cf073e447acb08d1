import { DAY, type Millis } from '../base/time.ts'
import type { ShownMessage } from '../delivery/shown-message.ts'
import { type BodyShape, bodyShape, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { readItem } from '../table/update.ts'

/*
 * The message that a target of a group shows, for chats that change a message. A small item beside the head, written by
 * `notify`: the head would have to carry an id that no decision needs.
 */

const SHOWN: BodyShape<ShownMessage> = bodyShape('the message that a target shows')

/** A message of a longer incident is followed by a new one. */
const KEPT_MS = 90 * DAY

/** The target of a group whose message is meant. */
export interface ShownBy {
  account: string
  group: string
  target: string
}

export async function readShown(table: Table, { account, group, target }: ShownBy): Promise<ShownMessage | undefined> {
  return (await readItem(table, keys.shown(account, group, target), SHOWN))?.body
}

/**
 * Twice, late or never is safe: the item only says which message to change. Without the item, or with an older one, the
 * next message is a new one, or an older message is changed; no alert is lost. Of a target one delivery is open at a
 * time, so writers hardly ever meet.
 */
export async function putShown(
  table: Table,
  { account, group, target }: ShownBy,
  message: ShownMessage,
  now: Millis,
): Promise<void> {
  const key = keys.shown(account, group, target)
  await table.put({ ...key, body: writeBody(SHOWN, message), expiresAt: now + KEPT_MS }, 'always')
}
