import type { Metrics } from '../base/metrics.ts'
import type { Chance, Clock, Millis } from '../base/time.ts'
import type { Sent } from '../channel/send.ts'
import type { Delivery, WrittenAs } from '../delivery/delivery.ts'
import type { FreshWords } from '../delivery/fresh-words.ts'
import type { FailureReason } from '../delivery/outcome.ts'
import type { Due } from '../message/due.ts'
import type { Queue } from '../queue/port.ts'
import type { Rate } from '../rate/rate.ts'
import type { HealthNotes } from '../store/channel-health.ts'
import type { Table } from '../table/port.ts'
import type { OutcomeOf } from './report.ts'
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
  table: Table
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

/** A sender for a delivery that is known beforehand to go nowhere. The attempt still is claimed and reported. */
export function deadSender(type: string, reason: FailureReason, detail: string, clock: Clock): AttemptSender {
  return { type, timeoutMs: 0, send: async () => ({ kind: 'dead', at: clock.now(), reason, detail }) }
}
