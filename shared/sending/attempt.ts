import type { Metrics } from '../base/metrics.ts'
import { never } from '../base/never.ts'
import { CLOCKS_DIFFER_MS, type Clock, DAY, type Millis, SECOND } from '../base/time.ts'
import type { Delivery, WrittenAs } from '../delivery/delivery.ts'
import type { FailureReason, Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { claimAttempt, readProgress, recordOutcome, wholeDeliveries } from '../group-store/deliveries.ts'
import { readLedger } from '../group-store/ledger.ts'
import { claimAttempts, readClaims, recordOutcomes } from '../group-store/ledger-claims.ts'
import { type DeliveryDue, type DeliverySettled, MESSAGE_VERSION } from '../message/message.ts'
import { unpackWords } from '../message/words.ts'
import { type Queue, toAscii } from '../queue/port.ts'
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
  metrics: Metrics
  /** The moment at which the only process on this table began. Absent: several processes can work on the table. */
  aloneSince?: () => Millis
  /** Writes an error to the log that no outcome shows. `what`: the delivery, or the lost step. */
  noteFault?: (what: string, error: unknown) => void
}

/** The parts of a delivery that a sender needs. */
type Sendable = Pick<Delivery, 'id' | 'notification' | 'how'>

/** An attempt that is about to be claimed. `sentAt` is when the queue took the message. */
export interface Attempt {
  due: DeliveryDue
  sentAt: Millis
  sender: AttemptSender
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
  send(delivery: Sendable, times: SendTimes, written: Written, done?: number): Promise<Outcome>
}

export interface SendTimes {
  giveUpAt: Millis
  /** The moment at which the attempt was claimed. */
  begunAt: Millis
}

/** A send ends that long before its deadline by our own clock, because the clocks of workers differ. */
const MARGIN_MS = 2 * SECOND

/** The attempt of a delivery with an item of its own. Throws when nothing was begun. */
export async function attemptDelivery(made: Attempt, deps: AttemptDeps): Promise<void> {
  const { due, sender } = made
  const { account, group, delivery: id, attempt } = due
  const begunAt = deps.clock.now()
  const claim = await claimAttempt(deps.table, account, group, id, attempt, begunAt, sender.as)
  if (claim.kind !== 'claimed') return await drop(made, claim.kind, deps)
  const written = await writeClaimed(made, claim.delivery, deps)
  const outcome = await sendClaimed(made, claim.delivery, { begunAt, written }, deps)
  if (claim.delivery.notification.reason === 'test') {
    // No group opened the delivery, so nobody waits for a report.
    await bestEffort('record', () => recordOutcome(deps.table, due, outcome, claim.kept), due, deps)
    return
  }
  const reporting = bestEffort('report', () => report(due, outcome, deps.dispatchQueue), due, deps)
  if (!isPlain(outcome) || keepsArrivals(due) || !(await reporting)) {
    await bestEffort('record', () => recordOutcome(deps.table, due, outcome, claim.kept), due, deps)
  }
  await reporting
}

/**
 * Ledgers are kept for 30 days from the opening of their deliveries; the claims of an attempt for 30 days from the
 * attempt, which is longer.
 */
const CLAIMS_MS = 30 * DAY

/**
 * Attempts of deliveries of the same ledger: one claim for all of them, then each is sent and reported by itself. The
 * outcomes are kept at last by one write. A process that ends before keeps no outcome, and the reports stand. Throws
 * when nothing was begun.
 */
export async function attemptFromLedger(ledger: string, made: readonly Attempt[], deps: AttemptDeps): Promise<void> {
  const { table, clock } = deps
  const account = made[0]?.due.account ?? ''
  // The words are read before the claim: an attempt whose words cannot be read must not count as begun.
  const deliveryOf = await readWords(account, ledger, made, deps)
  const known = made.filter(({ due }) => deliveryOf(due) !== undefined)
  for (const attempt of made) if (!known.includes(attempt)) await drop(attempt, 'missing', deps)
  if (known.length === 0) return
  const written = await Promise.all(known.map(({ due, sender }) => sender.write?.(deliveryOf(due)!)))
  const begunAt = clock.now()
  const wanted = known.map(({ due: { delivery, attempt } }) => ({ delivery, attempt }))
  const times = { at: begunAt, expiresAt: begunAt + CLAIMS_MS }
  const { claimed, kept } = await claimAttempts(table, account, ledger, wanted, times)
  const outcomes: Parameters<typeof recordOutcomes>[3][number][] = []
  await Promise.all(
    known.map(async (attempt, index) => {
      const { due } = attempt
      const taken = claimed[index]
      if (!taken) return void (await bestEffort('report', () => drop(attempt, 'taken', deps), due, deps))
      const { done } = taken
      const outcome = await sendClaimed(attempt, deliveryOf(due)!, { begunAt, written: written[index], done }, deps)
      const reported = await bestEffort('report', () => report(due, outcome, deps.dispatchQueue), due, deps)
      if (!isPlain(outcome) || !reported) {
        outcomes.push({ delivery: due.delivery, attempt: due.attempt, outcome })
      }
    }),
  )
  const [first] = known
  if (outcomes.length === 0 || first === undefined) return
  await bestEffort('record', () => recordOutcomes(table, account, ledger, outcomes, kept), first.due, deps)
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

/** The words that the messages carry; the ledger is read when a message carries none. */
async function readWords(
  account: string,
  ledger: string,
  made: readonly Attempt[],
  { table }: AttemptDeps,
): Promise<(due: DeliveryDue) => Sendable | undefined> {
  const known = new Map<string, Sendable>()
  for (const { due } of made) {
    const words = due.words === undefined ? undefined : unpackWords(due.words)
    if (words !== undefined) known.set(due.delivery, { id: due.delivery, notification: words })
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
 * The deadline and the moment at which the queue took the message span the window of an attempt, of which the margin is
 * never more than a quarter.
 */
async function sendClaimed(
  { due, sentAt, sender }: Attempt,
  delivery: Sendable,
  { begunAt, written = {}, done }: { begunAt: Millis; written?: Written | undefined; done?: number | undefined },
  deps: AttemptDeps,
): Promise<Outcome> {
  const { clock, metrics } = deps
  // The clock was set back since: by the present clock, the group may have given this attempt up already.
  const setBack = sentAt > clock.now() + CLOCKS_DIFFER_MS
  const latest = setBack ? Number.NEGATIVE_INFINITY : due.deadline - margin(sentAt, due.deadline)
  const began = clock.elapsed()
  const sending = (giveUpAt: Millis) => sender.send(delivery, { giveUpAt, begunAt }, written, done)
  const outcome = await send(delivery, { sending, latest, timeoutMs: sender.timeoutMs }, deps)
  count(sender.type, outcome, (clock.elapsed() - began) / SECOND, metrics)
  return outcome
}

/** An arrival without a note: the timeline of the group tells all of it. */
function isPlain(outcome: Outcome): boolean {
  return outcome.kind === 'arrived' && outcome.note === undefined
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

async function send(
  delivery: Sendable,
  { sending, latest, timeoutMs }: { sending(giveUpAt: Millis): Promise<Outcome>; latest: Millis; timeoutMs: Millis },
  deps: AttemptDeps,
): Promise<Outcome> {
  const now = deps.clock.now()
  if (now >= latest) {
    return { kind: 'refused', at: now, reason: 'timeout', detail: 'no time left before the deadline' }
  }
  try {
    return await sending(Math.min(latest, now + timeoutMs))
  } catch (error) {
    // A bug of the sender. The progress of the send is unknown; the message of the error may hold a secret, so only
    // the name is reported.
    deps.noteFault?.(delivery.id, error)
    const detail = error instanceof Error ? error.name : 'error'
    return { kind: 'ambiguous', at: deps.clock.now(), reason: 'other', detail: `the sender failed: ${detail}` }
  }
}

/** Twice or late is safe: an outcome counts only for the delivery and attempt that are open. */
async function report(due: DeliveryDue, outcome: Outcome, dispatchQueue: Queue): Promise<void> {
  const { account, group, target, delivery, attempt } = due
  const settled: DeliverySettled = {
    v: MESSAGE_VERSION,
    kind: 'outcome',
    account,
    group,
    target,
    delivery,
    attempt,
    outcome,
  }
  const { failed } = await dispatchQueue.send([{ body: toAscii(JSON.stringify(settled)), account }])
  if (failed.length > 0) throw new Error('the queue did not take the outcome')
}

/** Whether the act succeeded. */
async function bestEffort(
  what: 'record' | 'report',
  act: () => Promise<void>,
  { delivery }: DeliveryDue,
  { metrics, noteFault }: AttemptDeps,
): Promise<boolean> {
  try {
    await act()
    return true
  } catch (error) {
    metrics.add('tocsin_outcomes_lost_total', { what })
    noteFault?.(`${what} of ${delivery}`, error)
    return false
  }
}

function count(type: string, outcome: Outcome, seconds: number, metrics: Metrics): void {
  const integration = type
  metrics.add('tocsin_notifications_total', { type, outcome: outcome.kind })
  metrics.add('alertmanager_notifications_total', { integration })
  metrics.observe('alertmanager_notification_latency_seconds', { integration }, seconds)
  if (outcome.kind === 'arrived') return
  metrics.add('tocsin_notifications_failed_total', { type, reason: outcome.reason })
  metrics.add('alertmanager_notifications_failed_total', { integration, reason: alertmanagerReason(outcome.reason) })
}

/** Alertmanager's class of a failure. Its sender has no word for a target that may not be called. */
function alertmanagerReason(reason: FailureReason): string {
  switch (reason) {
    case 'clientError':
    case 'authError':
    case 'rateLimited':
    case 'gone':
      return 'clientError'
    case 'serverError':
      return 'serverError'
    case 'timeout':
      return 'contextDeadlineExceeded'
    case 'connection':
    case 'forbiddenTarget':
    case 'misconfigured':
    case 'other':
      return 'other'
    default:
      return never(reason)
  }
}
