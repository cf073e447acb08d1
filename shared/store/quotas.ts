import { DAY, type Millis } from '../base/time.ts'
import { type BodyShape, bodyShape } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { updateItem } from '../table/update.ts'

/** Messages to a user within a day: an item for each user and day, with the number of each kind. */
interface Spent {
  used: Record<string, number>
  /** Kinds whose quota was used up, and the account was told. */
  told?: string[]
}

export interface QuotaPlace {
  account: string
  user: string
  /** `2026-01-14` */
  day: string
  /** Kind of channel. */
  kind: string
}

const SPENT: BodyShape<Spent> = bodyShape('the messages to a user in a day')
/** Longer than any day, in any time zone. */
const KEPT_MS = 3 * DAY
const TRIES = 8

export interface Taken {
  taken: boolean
  /** Messages of the kind so far, the new message included. */
  used: number
  told: boolean
}

/**
 * Counts a message that is about to be sent, unless the quota is used up; atomic. Twice or half-way is safe: a message
 * that is counted and not sent makes the quota smaller, and never larger.
 */
export async function takeQuota(table: Table, place: QuotaPlace, most: number, now: Millis): Promise<Taken> {
  return await change(table, place, now, (spent) => {
    const used = spent.used[place.kind] ?? 0
    const taken = used < most
    const told = spent.told?.includes(place.kind) === true
    const next = taken ? { ...spent, used: { ...spent.used, [place.kind]: used + 1 } } : undefined
    return { given: { taken, used: taken ? used + 1 : used, told }, next }
  })
}

/** A counted message was surely not sent. Once alone: the caller knows the outcome of its own send. */
export async function giveBackQuota(table: Table, place: QuotaPlace, now: Millis): Promise<void> {
  await change(table, place, now, (spent) => {
    const used = Math.max(0, (spent.used[place.kind] ?? 0) - 1)
    return { given: undefined, next: { ...spent, used: { ...spent.used, [place.kind]: used } } }
  })
}

/** The account was told that the quota is used up. Twice is once. */
export async function noteQuotaTold(table: Table, place: QuotaPlace, now: Millis): Promise<void> {
  await change(table, place, now, (spent) => {
    const told = [...new Set([...(spent.told ?? []), place.kind])]
    return { given: undefined, next: { ...spent, told } }
  })
}

async function change<Given>(
  table: Table,
  { account, user, day }: QuotaPlace,
  now: Millis,
  decide: (spent: Spent) => { given: Given; next: Spent | undefined },
): Promise<Given> {
  const updated = await updateItem(
    table,
    keys.quota(account, user, day),
    SPENT,
    (before) => {
      const { given, next } = decide(before?.body ?? { used: {} })
      return { given, next: next && { body: next, expiresAt: now + KEPT_MS } }
    },
    { tries: TRIES },
  )
  if (updated.result === 'lost') throw new Error(`the quota of a user lost ${TRIES} races`)
  return updated.decided.given
}
