import type { LinkClaims } from '../account/link.ts'
import type { Millis } from '../base/time.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { ItemKey, Table } from '../table/port.ts'

interface Revoked {
  /** Links that were made at that moment or earlier are worthless. */
  before: Millis
}

const REVOKED: BodyShape<Revoked> = bodyShape('the end of links')

/**
 * Ends the links of an incident, or of the whole account, that were made until now. Twice or late is safe: the later
 * moment stays, as clocks differ. The item expires when the longest of those links would have ended anyway.
 */
export async function revokeLinks(
  table: Table,
  { account, incident }: { account: string; incident?: string },
  { now, longestMs }: { now: Millis; longestMs: Millis },
): Promise<void> {
  const key = keyOf(account, incident)
  const before = Math.max(now, (await revokedBefore(table, key)) ?? now)
  await table.put({ ...key, body: writeBody(REVOKED, { before }), expiresAt: before + longestMs }, 'always')
}

export async function isRevoked(table: Table, { account, incident, madeAt }: LinkClaims): Promise<boolean> {
  const found = await Promise.all([keyOf(account), keyOf(account, incident)].map((key) => revokedBefore(table, key)))
  return found.some((before) => before !== undefined && madeAt <= before)
}

async function revokedBefore(table: Table, key: ItemKey): Promise<Millis | undefined> {
  const item = await table.get(key)
  return item && readBody(REVOKED, item).before
}

function keyOf(account: string, incident?: string): ItemKey {
  return incident === undefined ? keys.account(account, 'links') : keys.account(account, 'links', incident)
}
