import type { Metrics } from '../base/metrics.ts'
import { type Clock, SECOND } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { type DeliveryDue, type DeliverySettled, MESSAGE_VERSION } from '../message/message.ts'
import { type Queue, toAscii } from '../queue/port.ts'

/** How outcomes leave a sender: reported to the group, or kept beside the claim of the attempt. */

interface ReportDeps {
  dispatchQueue: Queue
  clock: Pick<Clock, 'after'>
  metrics: Metrics
  noteFault?: (what: string, error: unknown) => void
}

export type OutcomeOf = Pick<DeliveryDue, 'delivery' | 'attempt'> & { outcome: Outcome }

/** An arrival without a note: the timeline of the group tells all of it. */
export function isPlain(outcome: Outcome): boolean {
  return outcome.kind === 'arrived' && outcome.note === undefined
}

/**
 * Whether an arrival is written beside the claim although it was reported. The timeline of the group tells the arrival of
 * a notification, so a second write would say nothing new. The lists of life-cycle events and of forwards read no
 * timeline.
 */
export function keepsArrivals({ target }: DeliveryDue): boolean {
  return parseTargetKey(target).kind !== 'notification'
}

/** An outcome that is to be kept beside its claim. */
interface Settled {
  due: DeliveryDue
  outcome: Outcome
}

/** Arrivals that are not reported wait so long for further outcomes of their place. */
const GATHER_MS = SECOND

/**
 * Keeps the outcomes of a place in few writes. A slow target does not delay the arrivals of other targets: the process
 * may end meanwhile.
 */
export function createKeeper(
  keep: (outcomes: readonly OutcomeOf[]) => Promise<void>,
  deps: ReportDeps,
): { keepSoon(one: Settled): void; keepAtEnd(one: Settled): void; end(): Promise<void> } {
  let waiting: Settled[] = []
  let cancel: (() => void) | undefined
  const writes: Promise<void>[] = []
  const write = async (): Promise<void> => {
    cancel?.()
    cancel = undefined
    const some = waiting
    waiting = []
    const [first] = some
    if (first === undefined) return
    const outcomes = some.map(({ due: { delivery, attempt }, outcome }) => ({ delivery, attempt, outcome }))
    if (await bestEffort('record', () => keep(outcomes), first.due, deps)) return
    for (const { due, outcome } of some.filter(({ due, outcome }) => due.lazy === true && isPlain(outcome))) {
      await bestEffort('report', () => report(due, outcome, deps.dispatchQueue), due, deps)
    }
  }
  return {
    keepSoon(one) {
      waiting.push(one)
      cancel ??= deps.clock.after(GATHER_MS, () => writes.push(write()))
    },
    keepAtEnd(one) {
      waiting.push(one)
    },
    async end() {
      writes.push(write())
      await Promise.all(writes)
    },
  }
}

/** Twice or late is safe: an outcome counts only for the delivery and attempt that are open. */
export async function report(due: DeliveryDue, outcome: Outcome, dispatchQueue: Queue): Promise<void> {
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
export async function bestEffort(
  what: 'record' | 'report',
  act: () => Promise<void>,
  { delivery }: DeliveryDue,
  { metrics, noteFault }: Pick<ReportDeps, 'metrics' | 'noteFault'>,
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
