import { DAY } from '../base/time.ts'
import type { Delivery, Notification } from '../delivery/delivery.ts'
import type { Outcome } from '../delivery/outcome.ts'
import {
  claimAttempt,
  readDelivery,
  readProgress,
  recordOutcome,
  wholeDeliveries,
  wholeDelivery,
} from '../group-store/deliveries.ts'
import { readLedger } from '../group-store/ledger.ts'
import { claimAttempts, readClaims, recordOutcomes } from '../group-store/ledger-claims.ts'
import type { DeliveryDue } from '../message/message.ts'
import type { Attempt, AttemptDeps, Begun, BegunAttempt, Sendable } from './attempt.ts'
import { bestEffort, keepsArrivals, type OutcomeOf, report } from './report.ts'
import type { Written } from './write.ts'

/** Claims attempts of the same place. Throws when no attempt was begun. */
export async function begin(made: readonly Attempt[], deps: AttemptDeps): Promise<Begun> {
  const [first] = made
  const ledger = first?.due.ledger
  if (first === undefined || ledger === undefined) return await beginDelivery(first!, deps)
  return await beginFromLedger(ledger, made, deps)
}

/** The attempt of a delivery with an item of its own. */
async function beginDelivery(made: Attempt, deps: AttemptDeps): Promise<Begun> {
  const { due, sender } = made
  const { account, group, delivery: id, attempt } = due
  const begunAt = deps.clock.now()
  const claim = await claimAttempt(deps.table, account, group, id, attempt, begunAt, sender.as)
  if (claim.kind !== 'claimed') {
    await drop(made, claim.kind, deps)
    return NOTHING
  }
  const { delivery, kept } = claim
  const written = (await writeClaimed(made, delivery, deps)) ?? {}
  const keep = async ([one]: readonly OutcomeOf[]): Promise<void> =>
    one && (await recordOutcome(deps.table, due, one.outcome, kept))
  return { attempts: [{ made, delivery, begunAt, written }], dropped: Promise.resolve(), keep }
}

const NOTHING: Begun = { attempts: [], dropped: Promise.resolve(), keep: async () => undefined }

/**
 * Ledgers are kept for 30 days from the opening of their deliveries; the claims of an attempt for 30 days from the
 * attempt, which is longer.
 */
const CLAIMS_MS = 30 * DAY
/**
 * The deliveries of a ledger may come in as many batches of several processes, whose claims would meet again and again
 * without a pause. In a single process a lost race is over with the next turn.
 */
const RACE_JITTER_MS = 50

/**
 * Attempts of deliveries of the same ledger: a single claim, and a single write that keeps the outcomes. A process that
 * ends before keeps no outcome, and the reports stand.
 */
async function beginFromLedger(ledger: string, made: readonly Attempt[], deps: AttemptDeps): Promise<Begun> {
  const { table, clock, chance, aloneSince } = deps
  const account = made[0]?.due.account ?? ''
  const jitter = aloneSince === undefined ? { clock, chance, ms: RACE_JITTER_MS } : undefined
  // The words are read before the claim: an attempt whose words cannot be read must not count as begun.
  const deliveryOf = await readWords(account, ledger, made, deps)
  const known = made.filter(({ due }) => deliveryOf(due) !== undefined)
  for (const attempt of made) if (!known.includes(attempt)) await drop(attempt, 'missing', deps)
  if (known.length === 0) return NOTHING
  const written = await Promise.all(known.map(({ due, sender }) => sender.write?.(deliveryOf(due)!)))
  const begunAt = clock.now()
  const wanted = known.map(({ due: { delivery, attempt } }) => ({ delivery, attempt }))
  const times = { at: begunAt, expiresAt: begunAt + CLAIMS_MS, jitter }
  const { claimed, kept } = await claimAttempts(table, account, ledger, wanted, times)
  const attempts: BegunAttempt[] = []
  const taken: Promise<unknown>[] = []
  for (const [index, one] of known.entries()) {
    const { due } = one
    const claim = claimed[index]
    if (!claim) taken.push(bestEffort('report', () => drop(one, 'taken', deps), due, deps))
    else attempts.push({ made: one, delivery: deliveryOf(due)!, begunAt, written: written[index] ?? {}, ...claim })
  }
  const keep = async (some: readonly OutcomeOf[]): Promise<void> =>
    await recordOutcomes(table, account, ledger, some, kept, jitter)
  return { attempts, dropped: Promise.all(taken), keep }
}

/** The delivery of a claimed attempt: what cannot be read now stands in the message as a note. */
async function writeClaimed({ sender }: Attempt, delivery: Delivery, deps: AttemptDeps): Promise<Written | undefined> {
  try {
    return await sender.write?.(delivery)
  } catch (error) {
    deps.noteFault?.(`words of ${delivery.id}`, error)
    return undefined
  }
}

/** The notification of an attempt that is not begun; undefined: retention removed the delivery. */
export async function readNotification(made: Attempt, deps: AttemptDeps): Promise<Notification | undefined> {
  const { account, group, delivery: id, ledger } = made.due
  if (ledger !== undefined) return (await readWords(account, ledger, [made], deps))(made.due)?.notification
  const stored = await readDelivery(deps.table, account, group, id)
  return stored && (await wholeDelivery(deps.table, stored.delivery))?.notification
}

/** What the messages carry, or that dispatch has just written; the ledger is read for all others. */
async function readWords(
  account: string,
  ledger: string,
  made: readonly Attempt[],
  { table, fresh }: AttemptDeps,
): Promise<(due: DeliveryDue) => Sendable | undefined> {
  const known = new Map<string, Sendable>()
  for (const { due, said } of made) {
    const found = said ?? fresh?.take(account, due.delivery)
    if (found !== undefined) known.set(due.delivery, { id: due.delivery, ...found })
  }
  if (made.some(({ due }) => !known.has(due.delivery))) {
    const wanted = new Set(made.map(({ due }) => due.delivery).filter((id) => !known.has(id)))
    const facts = ((await readLedger(table, account, ledger)) ?? []).filter(({ id }) => wanted.has(id))
    for (const whole of await wholeDeliveries(table, facts)) known.set(whole.id, whole)
  }
  return ({ delivery }) => known.get(delivery)
}

/**
 * Taken: the holder of the claim reports, or the deadline does. Missing: retention removed the delivery, long past the
 * deadline.
 */
async function drop({ due }: Attempt, reason: 'taken' | 'missing', deps: AttemptDeps): Promise<void> {
  if (reason === 'taken') await reportAbandoned(due, deps)
  deps.metrics.add('tocsin_attempts_dropped_total', { reason })
}

/**
 * For an attempt whose process ended: the outcome if the outcome was kept, else `ambiguous`; a receiver that got the
 * delivery already recognises the same id. A notification that is ambiguous here is not marked beside its claim: the
 * report of an arrival may be in the queue, and then the timeline tells the arrival. A clock that was set back makes
 * the attempt look begun later, and then the deadline reports. Twice or late is safe: an outcome counts only for the
 * open attempt. A throw hands the message back, which is safe too, as this function sends nothing.
 */
async function reportAbandoned(due: DeliveryDue, deps: AttemptDeps): Promise<void> {
  const { table, clock, aloneSince } = deps
  if (aloneSince === undefined) return
  const { account, group, delivery: id, attempt, ledger } = due
  const progress =
    ledger === undefined
      ? await readProgress(table, account, group, id)
      : (await readClaims(table, account, ledger))(id)
  if (progress?.begun !== attempt || progress.begunAt === undefined || progress.begunAt >= aloneSince()) return
  const detail = 'the process ended while it was sending'
  const outcome: Outcome = progress.last ?? { kind: 'ambiguous', at: clock.now(), reason: 'other', detail }
  if (keepsArrivals(due)) await recordOutcome(table, due, outcome)
  await report(due, outcome, deps.dispatchQueue)
}
