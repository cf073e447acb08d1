import { type Millis, SECOND } from '../../shared/base/time.ts'
import { ledgerOf } from '../../shared/delivery/ledger-place.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { Decision } from '../../shared/group/context.ts'
import type { Group } from '../../shared/group/group.ts'
import type { OpenDelivery, TargetState } from '../../shared/group/target-state.ts'
import { type Due, dueMessages } from '../../shared/message/due.ts'
import { type DeliveryDue, LEDGER_VERSION, MESSAGE_VERSION } from '../../shared/message/message.ts'
import { wakeMessage } from '../../shared/message/wake.ts'
import { MAX_DELAY_MS, type OutMessage, sendAll } from '../../shared/queue/port.ts'
import type { DispatchDeps } from './deps.ts'

/** The result for a single group in this invocation. */
export interface Decided {
  decision: Decision | 'nothing' | undefined
  /** Whether a message that led here was received before. */
  again: boolean
  /** A wake without a moment led here: another one may be under way. */
  looksOn: boolean
}

/** Moments of further looks, while a group has news for a target and does not know the outcome of the last message. */
const LOOKS_MS = [2 * SECOND, 8 * SECOND, 30 * SECOND]

/** Most lazy messages of a batch: the arrivals of a storm are shown at once. */
const MOST_LAZY = 100

/**
 * Sends the deliveries and wakes of saved decisions. A message that is lost here is replaced later: for an open
 * delivery at its deadline, for a wake by sweep. Replacement is sooner when an input message comes again: the first
 * worker may have ended between the save and this send, so every open delivery is sent once more. The second message of
 * a delivery finds its attempt taken, and the group knows a second wake by its moment.
 */
export async function sendEffects(deps: DispatchDeps, account: string, decided: readonly Decided[]): Promise<void> {
  const due: Due[] = []
  const looks: Look[] = []
  const now = deps.clock.now()
  const { carries } = deps.deliveries
  for (const { decision, again, looksOn } of decided) {
    if (decision === undefined || decision === 'nothing') continue
    due.push(...(again ? stillOpen(decision, account, now) : opened(decision, account, carries !== undefined)))
    if (carries !== undefined && !looksOn && waitsForArrival(decision)) {
      looks.push(...LOOKS_MS.map((delayMs) => ({ group: decision.group.id, delayMs })))
    }
    const at = decision.arm ?? (again ? decision.group.armedAt : undefined)
    if (at !== undefined && at - now <= MAX_DELAY_MS) {
      looks.push({ group: decision.group.id, at, delayMs: Math.max(0, at - now) })
    }
  }
  const most = carries === undefined ? 1 : MOST_WAKES
  const wakes = shared(looks, most, deps.dispatchQueue.delaysBy).map((some) => wakeFor(account, some))
  const areMany = due.filter((one) => one.due.lazy).length > MOST_LAZY
  const all = areMany ? due.map(reported) : due
  await Promise.all([
    sendAll(
      deps.deliveries,
      dueMessages(
        all.filter((one) => !isForward(one)),
        carries,
      ),
    ),
    sendAll(deps.forwards, dueMessages(all.filter(isForward))),
    sendAll(deps.dispatchQueue, wakes),
  ])
}

/** A wake of a group after a time. */
interface Look {
  group: string
  at?: Millis
  delayMs: Millis
}

/** Groups of a wake at most. A batch has a hundred messages, and one invocation decides on all groups of the batch. */
const MOST_WAKES = 5

/** Looks that the queue delays to the same moment: so many at most go in one message. */
function shared(looks: readonly Look[], most: number, delaysBy: Millis = 1): (readonly Look[])[] {
  const byDelay = Map.groupBy(looks, ({ delayMs }) => Math.ceil(delayMs / delaysBy))
  return [...byDelay.values()].flatMap((some) =>
    Array.from({ length: Math.ceil(some.length / most) }, (_, index) => some.slice(index * most, (index + 1) * most)),
  )
}

/** No group of the message is woken too early. */
function wakeFor(account: string, looks: readonly Look[]): OutMessage {
  const [first, ...more] = looks.map(({ delayMs: _, ...look }) => ({ account, ...look }))
  return { ...wakeMessage(first!, ...more), delayMs: Math.max(...looks.map(({ delayMs }) => delayMs)) }
}

function isForward({ due: { target } }: Due): boolean {
  return parseTargetKey(target).kind === 'forward'
}

/** A delivery whose arrival is reported at once. */
function reported({ due: { lazy: _, ...due }, said }: Due): Due {
  return { due, said }
}

/**
 * Nothing but a further message waits for the arrival. The group goes on to hear of its firing alerts, or looks at the
 * deadline at the latest. The others wait: a target that failed is shown as well again at once, a part is followed by
 * the next part, and an end lets the group go.
 */
function maySettleLater({ open, retry, unproven }: TargetState): boolean {
  if (open?.ledger === undefined || open.attempt > 1 || open.rest !== undefined) return false
  return open.under === undefined && open.firing.length > 0 && retry === undefined && unproven !== true
}

function waitsForArrival({ group }: Decision): boolean {
  return [...group.targets.values()].some((state) => state.recheck === true && maySettleLater(state))
}

/** The deliveries that this decision opened, with the words of the new deliveries where messages carry words. */
function opened({ group, open, inLedger = [] }: Decision, account: string, carried: boolean): Due[] {
  const written = new Map(carried ? inLedger.map((delivery) => [delivery.id, delivery]) : [])
  return open.flatMap(({ target }): Due[] => {
    const state = group.targets.get(target)
    if (state?.open === undefined) return []
    const { due } = openDue(account, group, target, state.open)
    const isLazy = carried && state.recheck !== true && maySettleLater(state)
    return [{ due: isLazy ? { ...due, lazy: true } : due, said: written.get(state.open.delivery) }]
  })
}

/** Every open delivery of the group before its deadline, the deliveries of this decision included. */
function stillOpen({ group }: Decision, account: string, now: Millis): Due[] {
  return [...group.targets].flatMap(([target, { open }]) =>
    open === undefined || open.deadline <= now ? [] : [openDue(account, group, target, open)],
  )
}

function openDue(
  account: string,
  { id: group, targets }: Group,
  target: string,
  { delivery, attempt, deadline, ledger }: OpenDelivery,
): Due {
  const waitsSince = targets.get(target)?.retry?.waitsSince
  const due: DeliveryDue = {
    ...({ v: MESSAGE_VERSION, kind: 'delivery', account, group, target, delivery, attempt, deadline } as const),
    ...(waitsSince !== undefined && { waitsSince }),
  }
  if (ledger === undefined) return { due }
  return { due: { ...due, v: LEDGER_VERSION, ledger: ledgerOf(ledger, delivery) } }
}
