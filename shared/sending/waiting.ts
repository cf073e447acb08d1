import { CLOCKS_DIFFER_MS } from '../base/time.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import type { Due } from '../message/due.ts'
import type { DeliveryDue, Turn } from '../message/message.ts'
import { slotAhead } from '../rate/slots.ts'
import { changeSlots, putWaiting, readWaiting, removeWaiting, type Waiting } from '../store/rates.ts'
import { LEAST_MS, type Limited, type LimitedDeps, latestSlot, nextTaken, type SlotAnswer } from './ask-for-slot.ts'
import type { Attempt, AttemptSender } from './attempt.ts'
import { sendAlone } from './send-alone.ts'

/** Twice is safe: of two copies of a message, the first copy claims the attempt. */
export async function comeAgain(
  made: Limited,
  { until, slot, urgency }: Extract<SlotAnswer, { kind: 'wait' }>,
  deps: LimitedDeps,
): Promise<void> {
  const { due, said, sentAt, sender } = made
  const { table, clock } = deps
  const { account } = due
  const turn: Turn = { sentAt, until, ...(slot !== undefined && { slot }) }
  let waiting = due.turn?.waiting
  if (urgency !== undefined) {
    const since = due.waitsSince ?? clock.now()
    waiting = await putWaiting(table, account, sender.limit.place, { due: { ...due, turn }, urgency, since })
  }
  await sendAgain({ due: { ...due, turn: { ...turn, ...(waiting !== undefined && { waiting }) } }, said }, deps)
  deps.metrics.add('tocsin_limited_total', { type: sender.type, what: 'waits' })
}

async function sendAgain(one: Due, { clock, deliveries }: LimitedDeps): Promise<void> {
  const left = Math.max(0, (one.due.turn?.until ?? 0) - clock.now())
  // No turn lies so far ahead, so the clock was set back since the turn was given: the message comes at once, and finds out.
  const delayMs = left > DELIVERY_WINDOW_MS ? 0 : left
  if (!(await sendAlone(deliveries, [one], delayMs))) throw new Error('the queue did not take a delivery that waits')
}

interface Gathered {
  /** Deliveries that the message can tell of too, the most urgent first. */
  others: Attempt[]
  /** Names of items to remove. */
  names: string[]
  /** The first delivery for which the message has no room. */
  next?: Waiting
}

export const NOBODY: Gathered = { others: [], names: [] }

/** Finds the deliveries of a digest message. After a fault there is no digest: the messages of the deliveries come again. */
export async function gather(
  { due: own, sender: { limit } }: Limited,
  prepare: (due: DeliveryDue) => Promise<AttemptSender>,
  deps: LimitedDeps,
): Promise<Gathered> {
  const { place, rate } = limit
  const most = rate.digest ?? 1
  const found: Gathered = { others: [], names: [] }
  try {
    const now = deps.clock.now()
    const waiting = await readWaiting(deps.table, own.account, place, most + 1)
    const mine = ({ delivery, target }: DeliveryDue): boolean => delivery === own.delivery && target === own.target
    const setBack = ({ turn }: DeliveryDue): boolean => turn !== undefined && now + CLOCKS_DIFFER_MS < turn.sentAt
    const ready = await Promise.all(
      waiting
        .filter(({ due }) => !mine(due) && !setBack(due))
        .map(async (one) => ({
          ...one,
          sender: one.due.deadline - LEAST_MS < now ? undefined : await prepare(one.due),
        })),
    )
    for (const { name, due, sender } of ready) {
      // Too late, or the channel has another place by now: the delivery comes again by itself.
      if (sender?.limit?.place !== place) found.names.push(name)
      else if (found.others.length === most - 1) return { ...found, next: { name, due } }
      else {
        found.names.push(name)
        found.others.push({ due, sentAt: due.turn?.sentAt ?? now, sender })
      }
    }
    return found
  } catch (error) {
    deps.noteFault?.(`deliveries that wait with ${own.delivery}`, error)
    return NOBODY
  }
}

/**
 * Gives the next slot to a delivery that waits, by a copy of its message. Twice is safe, as in `comeAgain`. After a fault
 * the message of the delivery comes again, without the copy.
 */
export async function handOn(
  { sender: { limit } }: Limited,
  next: Waiting | undefined,
  deps: LimitedDeps,
): Promise<void> {
  if (next === undefined) return
  const { due, name } = next
  const { clock, table } = deps
  try {
    const now = clock.now()
    const given = await changeSlots(table, due.account, limit.place, now, (slots) =>
      slotAhead(slots, now) === undefined ? nextTaken(slots, limit.rate, now, latestSlot(due)) : { slot: now },
    )
    if (given === 'lost' || given.next === undefined) return
    const { slot } = given
    await sendAgain({ due: { ...due, turn: { sentAt: now, ...due.turn, until: slot, slot, waiting: name } } }, deps)
  } catch (error) {
    deps.noteFault?.(`the turn of ${due.delivery}`, error)
  }
}

/** The attempt is over: its item would take the room of others. */
export async function forgetOwn(made: Limited, deps: LimitedDeps): Promise<void> {
  const name = made.due.turn?.waiting
  if (name !== undefined) await forget(made, [name], deps)
}

export async function forget({ due, sender }: Limited, names: readonly string[], deps: LimitedDeps): Promise<void> {
  try {
    await removeWaiting(deps.table, due.account, sender.limit.place, names)
  } catch (error) {
    deps.noteFault?.(`the item of ${due.delivery}, which waited`, error)
  }
}
