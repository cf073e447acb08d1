import * as z from 'zod'
import { type ApiKey, overlapEnd } from '../../../shared/account/key-ring.ts'
import { type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { RANKS } from '../http/role.ts'
import { time } from '../http/schemas.ts'

export const keyItem = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(RANKS),
    user: z.string().optional().describe('The user whom the key belongs to'),
    createdAt: time,
    lastUsedAt: time.optional().describe('Exact to the hour'),
    previousUntil: time.optional().describe('After a rotation: the end of the old text'),
  })
  .meta({ id: 'ApiKey' })

export const newKeyItem = keyItem
  .extend({ apiKey: z.string().describe('Shown only now') })
  .meta({ id: 'ApiKeyWithText' })

/** A key without its text and without the hash of the text. */
export function showKey(key: ApiKey, now: Millis): z.output<typeof keyItem> {
  const { id, name, role, user, createdAt, lastUsedAt } = key
  const until = overlapEnd(key, now)
  return {
    id,
    name,
    role,
    user,
    createdAt: toRfc3339(createdAt),
    lastUsedAt: lastUsedAt === undefined ? undefined : toRfc3339(lastUsedAt),
    previousUntil: until === undefined ? undefined : toRfc3339(until),
  }
}

/** A key whose text was made by this request: the only answer that shows the text. */
export function showNewKey(key: ApiKey, apiKey: string, now: Millis): z.output<typeof newKeyItem> {
  return { ...showKey(key, now), apiKey }
}
