import { digest } from '../base/hash.ts'
import type { Millis } from '../base/time.ts'
import type { DeliveryProgress } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { type BodyShape, bodyShape } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { type RetryOptions, readItem, type StoredBody, updateItem } from '../table/update.ts'

/*
 * The attempts of the deliveries of a ledger, in one item beside the ledger. An attempt is claimed here and nowhere else,
 * whichever message asks for the attempt: the head names the ledger, and a batch of messages claims any of its attempts
 * by one conditional write. A claim by the batch of messages, or single claims beside this item, would let two copies of
 * a message send twice.
 */

interface ClaimsBody {
  /** By the digest of the delivery's id, which is long. */
  attempts: Record<string, DeliveryProgress>
}

/** The claims as they were written: the next write of the claims holds only while no other writer wrote. */
export type KeptClaims = StoredBody<ClaimsBody>

const CLAIMS: BodyShape<ClaimsBody> = bodyShape('the claims of a ledger')

/** False: another copy of the message took the attempt. `done`: as `DeliveryProgress` has it. */
export type Claimed = { done: number | undefined } | false

/** Writers of one item: the batches with messages of its ten deliveries, and their repetitions. */
const TRIES = 12

export interface AttemptOf {
  delivery: string
  attempt: number
}

/**
 * Takes attempts for the caller alone; atomic for all of them. An attempt that is not taken, or a later attempt of the
 * delivery, was begun already, by another copy of the message or by this copy before a crash. Late or twice is safe: the
 * attempt is then never begun again.
 */
export async function claimAttempts(
  table: Table,
  account: string,
  ledger: string,
  wanted: readonly AttemptOf[],
  { at, expiresAt, jitter }: { at: Millis; expiresAt: Millis; jitter?: RetryOptions['jitter'] },
): Promise<{ claimed: Claimed[]; kept?: KeptClaims }> {
  const updated = await updateItem(
    table,
    keys.claims(account, ledger),
    CLAIMS,
    (before) => {
      const attempts = { ...before?.body.attempts }
      const claimed = wanted.map(({ delivery, attempt }) => {
        const key = keyOf(delivery)
        const before = attempts[key] ?? { begun: 0 }
        if (before.begun >= attempt) return false
        const done = (before.last?.kind === 'ambiguous' ? before.last.done : undefined) ?? before.done
        attempts[key] = { begun: attempt, begunAt: at, ...(done === undefined ? {} : { done }) }
        return { done }
      })
      return { claimed, next: claimed.some(Boolean) ? { body: { attempts }, expiresAt } : undefined }
    },
    // Before first attempts, the claims are absent as a rule: the messages of a ledger come together.
    { tries: TRIES, jitter, before: wanted.every(({ attempt }) => attempt === 1) ? 'absent' : undefined },
  )
  // The messages come again.
  if (updated.result === 'lost') throw new Error(`the claims of ${ledger} lost ${TRIES} races`)
  const { claimed } = updated.decided
  return updated.result === 'saved' ? { claimed, kept: updated.stored } : { claimed }
}

/**
 * Keeps the outcomes of attempts, for people to see, and for their groups when the report of an outcome is lost. Twice
 * or late is safe: the first outcome of an attempt stays, and an overtaken attempt leaves no trace. `kept`: the claims
 * as the claim left them, which spares a read.
 */
export async function recordOutcomes(
  table: Table,
  account: string,
  ledger: string,
  outcomes: readonly (AttemptOf & { outcome: Outcome })[],
  kept?: KeptClaims,
  jitter?: RetryOptions['jitter'],
): Promise<void> {
  const updated = await updateItem(
    table,
    keys.claims(account, ledger),
    CLAIMS,
    (before) => {
      if (before === undefined) return {}
      const attempts = { ...before.body.attempts }
      let changed = false
      for (const { delivery, attempt, outcome } of outcomes) {
        const progress = attempts[keyOf(delivery)]
        if (progress?.begun !== attempt || progress.last !== undefined) continue
        attempts[keyOf(delivery)] = { ...progress, last: outcome }
        changed = true
      }
      return { next: changed ? { body: { attempts }, expiresAt: before.expiresAt } : undefined }
    },
    { tries: TRIES, jitter, before: kept },
  )
  if (updated.result === 'lost') throw new Error(`the outcomes of ${ledger} lost ${TRIES} races`)
}

/** The progress of deliveries of a ledger, by id; a delivery without an attempt has begun none. */
export async function readClaims(
  table: Table,
  account: string,
  ledger: string,
): Promise<(delivery: string) => DeliveryProgress> {
  const attempts = (await readItem(table, keys.claims(account, ledger), CLAIMS))?.body.attempts
  return (delivery) => attempts?.[keyOf(delivery)] ?? { begun: 0 }
}

function keyOf(delivery: string): string {
  return digest([delivery], 16)
}
