import type { Metrics } from '../base/metrics.ts'
import { type Chance, CLOCKS_DIFFER_MS, type Clock, DAY, type Millis, SECOND } from '../base/time.ts'
import type { Sent } from '../channel/send.ts'
import { DELIVERY_WINDOW_MS, type Delivery, type Notification, type WrittenAs } from '../delivery/delivery.ts'
import type { FreshWords } from '../delivery/fresh-words.ts'
import type { FailureReason, Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
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
import type { Due } from '../message/due.ts'
import type { DeliveryDue } from '../message/message.ts'
import type { Queue } from '../queue/port.ts'
import type { Rate } from '../rate/rate.ts'
import type { HealthNotes } from '../store/channel-health.ts'
import { count } from './counts.ts'
import { bestEffort, createKeeper, isPlain, type OutcomeOf, report } from './report.ts'
import type { Written } from './write.ts'

/**
 * Attempts at deliveries, for every sending function: notify to channels, forward to other accounts.
 *
 * 1. Prepare every step that can fail without consequence: a throw hands the message back to the queue.
 * 2. Claim the attempt, at the one place that the head names: beside the ledger of the delivery, or beside its own item.
 *    A second copy of the message that comes now is dropped.
 * 3. Send, if there is time; never beyond the deadline, when the group opens the next delivery.
 * 4. Report. From the claim on, the message is never handed back: the attempt could not be begun again.
 *    An outcome whose report is lost is kept beside the claim, where the group looks at the deadline. When the kept
 *    outcome is lost too, or the process ended, the attempt is `ambiguous` at the deadline.
 *    The arrival of a lazy message is kept, with other arrivals of the place within a second, and not reported: every
 *    decision of the group looks beside the claim. An arrival that cannot be kept is reported.
 *
 * Where a single process at a time works on the table, a copy of the message that finds its attempt begun by an
 * earlier process reports for the attempt at once: no other process can be sending. Elsewhere this must not be
 * done: a copy may be received while the first holder still sends.
 */
export interface AttemptDeps {
  table: Parameters<typeof claimAttempt>[0]
  /** The queue to dispatch. */
  dispatchQueue: Queue
  clock: Clock
  chance: Chance
  metrics: Metrics
  /** Words that dispatch has just written. Absent: dispatch is another process. */
  fresh?: FreshWords
  /** Notes how each channel does. Absent: nobody asks. */
  health?: HealthNotes
  /** The process ends then. Absent: whoever runs the process waits for the attempts. */
  endsAt?: Millis
  /** The moment at which the only process on this table began. Absent: several processes can work on the table. */
  aloneSince?: () => Millis
  /** Writes an error to the log that no outcome shows. `what`: the delivery, or the lost step. */
  noteFault?: (what: string, error: unknown) => void
}

/** The parts of a delivery that a sender needs. */
export type Sendable = Pick<Delivery, 'id' | 'notification' | 'how'>

/** An attempt that is about to be claimed. `sentAt` is when the queue took the message. */
export interface Attempt extends Due {
  sentAt: Millis
  sender: AttemptSender
}

/** The limit of a provider, at the place that the provider counts by. */
export interface Limit {
  /** A keyed hash: no secret and no number. */
  place: string
  rate: Rate
}

/** A sender that was made ready before the claim. */
export interface AttemptSender {
  /** Kind of channel, for the metrics. */
  type: string
  timeoutMs: number
  /** Settings of written events; kept with the attempt, so that people can see the sent event. */
  as?: WrittenAs
  /** Writes the message before the claim. A throw leaves the attempt unbegun. Absent: the sender writes all of it. */
  write?(delivery: Sendable): Promise<Written>
  /** Absent: the provider sets none. */
  limit?: Limit
  send(delivery: Sendable, times: SendTimes, written: Written, done?: number): Promise<Sent>
}

export interface SendTimes {
  giveUpAt: Millis
  /** The moment at which the attempt was claimed. */
  begunAt: Millis
  /** No message begins later: its slot is lost. Absent: the provider sets no limit. */
  beginBy?: Millis
}

/** A send ends that long before its deadline by our own clock, because the clocks of workers differ. */
const MARGIN_MS = 2 * SECOND
/** A send ends that long before its process: the outcome still has to be reported. */
const REPORT_MS = 3 * SECOND

/** An attempt that this caller alone has claimed. */
export interface BegunAttempt {
  made: Attempt
  delivery: Sendable
  begunAt: Millis
  written: Written
  /** As `DeliveryProgress` has it. */
  done?: number | undefined
}

/** The claimed attempts of a place. */
export interface Begun {
  attempts: BegunAttempt[]
  /** Settles when the attempts are reported that another worker took. */
  dropped: Promise<unknown>
  /** Keeps outcomes beside the claims. */
  keep(outcomes: readonly OutcomeOf[]): Promise<void>
}

/** Attempts that are claimed together: those of a ledger. Every other attempt is alone. */
export function byPlace<Made extends Attempt>(attempts: readonly Made[]): Made[][] {
  const places = Map.groupBy(attempts, ({ due: { account, ledger } }, index) => {
    return JSON.stringify(ledger === undefined ? [index] : [account, ledger])
  })
  return [...places.values()]
}

/** Makes attempts of the same place, sent and reported side by side. Throws when no attempt was begun. */
export async function attemptAt(made: readonly Attempt[], deps: AttemptDeps): Promise<void> {
  await finish(await begin(made, deps), (one) => sendBegun(one, deps), deps)
}

/** Claims attempts of the same place. Throws when no attempt was begun. */
export async function begin(made: readonly Attempt[], deps: AttemptDeps): Promise<Begun> {
  const [first] = made
  const ledger = first?.due.ledger
  if (first === undefined || ledger === undefined) return await beginDelivery(first!, deps)
  return await beginFromLedger(ledger, made, deps)
}

/** Sends the begun attempts, and reports every outcome. After the claim no error is thrown. */
export async function finish(
  { attempts, dropped, keep }: Begun,
  send: (one: BegunAttempt) => Promise<Outcome>,
  deps: AttemptDeps,
): Promise<void> {
  const { clock, metrics, dispatchQueue, health } = deps
  const keeper = createKeeper(keep, deps)
  await Promise.all(
    attempts.map(async (one) => {
      const { due, sender } = one.made
      const began = clock.elapsed()
      const outcome = await send(one)
      count(sender.type, outcome, (clock.elapsed() - began) / SECOND, metrics)
      health?.note(due.account, parseTargetKey(due.target), outcome)
      // No group opened the delivery of a test, so nobody waits for a report.
      const isTest = one.delivery.notification.reason === 'test'
      if (due.lazy === true && isPlain(outcome)) return keeper.keepSoon({ due, outcome })
      const reported = !isTest && (await bestEffort('report', () => report(due, outcome, dispatchQueue), due, deps))
      if (!isPlain(outcome) || keepsArrivals(due) || !reported) keeper.keepAtEnd({ due, outcome })
    }),
  )
  await keeper.end()
  await dropped
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
 * The last moment at which a send may end. The deadline and the moment at which the queue took the message span the
 * window of an attempt, of which the margin is never more than a quarter. A send beyond the end of the process
 * would be `ambiguous` at the deadline.
 */
export function latestOf({ made: { due, sentAt } }: BegunAttempt, { clock, endsAt }: AttemptDeps): Millis {
  // The clock was set back since, or the clock of the group was wrong: by the present clock, the group may have given this
  // attempt up already.
  const latestMoment = clock.now() + CLOCKS_DIFFER_MS
  const setBack = sentAt > latestMoment || due.deadline > latestMoment + DELIVERY_WINDOW_MS
  if (setBack) return Number.NEGATIVE_INFINITY
  return Math.min(due.deadline - margin(sentAt, due.deadline), (endsAt ?? Number.POSITIVE_INFINITY) - REPORT_MS)
}

/** Sends, if there is time. `sending`: absent, by the sender of the attempt. */
export async function sendBegun(
  one: BegunAttempt,
  deps: AttemptDeps,
  latest = latestOf(one, deps),
  more: Pick<SendTimes, 'beginBy'> = {},
): Promise<Outcome> {
  const { delivery, begunAt, written, done } = one
  const { sender } = one.made
  const now = deps.clock.now()
  if (now >= latest) {
    return { kind: 'refused', at: now, reason: 'timeout', detail: 'no time left before the deadline' }
  }
  try {
    const giveUpAt = Math.min(latest, now + sender.timeoutMs)
    return await sender.send(delivery, { giveUpAt, begunAt, ...more }, written, done)
  } catch (error) {
    // A bug of the sender. The progress of the send is unknown; the message of the error may hold a secret, so only
    // the name is reported.
    deps.noteFault?.(delivery.id, error)
    const detail = error instanceof Error ? error.name : 'error'
    return { kind: 'ambiguous', at: deps.clock.now(), reason: 'other', detail: `the sender failed: ${detail}` }
  }
}

/**
 * Whether an arrival is written beside the claim although it was reported. The timeline of the group tells the arrival of
 * a notification, so a second write would say nothing new. The lists of life-cycle events and of forwards read no
 * timeline.
 */
function keepsArrivals({ target }: DeliveryDue): boolean {
  return parseTargetKey(target).kind !== 'notification'
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

/** A sender for a delivery that is known beforehand to go nowhere. The attempt still is claimed and reported. */
export function deadSender(type: string, reason: FailureReason, detail: string, clock: Clock): AttemptSender {
  return { type, timeoutMs: 0, send: async () => ({ kind: 'dead', at: clock.now(), reason, detail }) }
}

function margin(sentAt: Millis, deadline: Millis): number {
  return Math.min(MARGIN_MS, Math.max(0, deadline - sentAt) / 4)
}
