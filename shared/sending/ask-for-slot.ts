import { CLOCKS_DIFFER_MS, MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { DeliveryDue } from '../message/message.ts'
import type { Queue } from '../queue/port.ts'
import type { Rate } from '../rate/rate.ts'
import { LATE_MS, nextSlot, type Slots, slotAhead, takeSlot } from '../rate/slots.ts'
import { canWait, type Urgency, urgencyOf } from '../rate/urgency.ts'
import { changeSlots } from '../store/rates.ts'
import type { Attempt, AttemptDeps, AttemptSender, Limit } from './attempt.ts'
import { readNotification } from './begin.ts'

export interface LimitedDeps extends AttemptDeps {
  /** The function's own queue, for messages that come again. Absent: the channels have no limit. */
  deliveries?: Queue
}

/** An attempt at a place with a limit. */
export type Limited = Attempt & { sender: AttemptSender & { limit: Limit } }

/** The shortest time from a slot until the deadline of a delivery: a send needs time. */
export const LEAST_MS = 8 * SECOND
/**
 * The messages of deliveries that wait beside a holder of a slot come again over this span after the slot, in case that
 * the holder is gone. At every slot, the messages would be more work than the sends.
 */
const FOLLOW_MS = { from: SECOND, span: 20 * SECOND }
/** The time after which a delivery comes again that lost the races for the slots. */
const LOST_MS = SECOND
/** A delivery waits for no longer than the window of an attempt. */
const WAIT_MS = 2 * MINUTE

export function isLimited<Made extends Attempt>(made: Made): made is Made & Limited {
  return made.sender.limit !== undefined
}

/** What becomes of a delivery that asked for a slot. */
export type SlotAnswer =
  /** `alone`: no other delivery can wait at the place. */
  | { kind: 'send'; slot: Millis; alone: boolean }
  /** `urgency`: the delivery has to be put among those that wait. */
  | { kind: 'wait'; until: Millis; slot?: Millis; urgency?: Urgency }
  | { kind: 'refuse'; until: Millis }
  | { kind: 'set back' }
  | { kind: 'missing' }

/** Gives the attempt a free slot, or a slot to wait for. Twice is safe: a slot too many is lost. */
export async function askForSlot(made: Limited, deps: LimitedDeps): Promise<SlotAnswer> {
  const { due, sender } = made
  const { place, rate } = sender.limit
  const { clock, table, chance } = deps
  const own = due.turn?.slot
  const now = clock.now()
  if (wasSetBack(due, now)) return { kind: 'set back' }
  if (own !== undefined && now < own - LATE_MS) return { kind: 'wait', until: own, slot: own }
  if (own !== undefined && now <= own + LATE_MS) return { kind: 'send', slot: own, alone: false }
  const lost: SlotAnswer = { kind: 'wait', until: now + LOST_MS }
  const free = await changeSlots(table, due.account, place, now, (slots) => {
    const alone = due.turn === undefined && (slots.at.at(-1) ?? 0) < now - WAIT_MS
    return { ...nextTaken(slots, rate, now, now), alone }
  })
  if (free === 'lost') return lost
  if (free.next !== undefined) return { kind: 'send', slot: free.slot, alone: free.alone }

  const latest = latestSlot(due)
  if (free.slot > latest) return { kind: 'refuse', until: free.slot }
  let urgency: Urgency | undefined
  const gathers = rate.digest !== undefined
  if (due.turn === undefined || (gathers && due.turn.waiting === undefined)) {
    const notification = await readNotification(made, deps)
    if (notification === undefined) return { kind: 'missing' }
    if (!canWait(notification, due.waitsSince, now)) return { kind: 'refuse', until: free.slot }
    if (gathers) urgency = urgencyOf(notification, due.waitsSince, now)
  }
  const given = await changeSlots(table, due.account, place, now, (slots) => {
    const ahead = gathers ? slotAhead(slots, now) : undefined
    return ahead === undefined ? { ahead, ...nextTaken(slots, rate, now, latest) } : { ahead, next: undefined }
  })
  if (given === 'lost') return lost
  if (given.ahead !== undefined) {
    const first = given.ahead + FOLLOW_MS.from
    const until = Math.max(first, Math.min(first + chance() * FOLLOW_MS.span, latest))
    return { kind: 'wait', until: Math.round(until), ...(urgency !== undefined && { urgency }) }
  }
  const { slot } = given
  if (slot > latest) return { kind: 'refuse', until: slot }
  return { kind: 'wait', until: slot, slot, ...(urgency !== undefined && { urgency }) }
}

/** The next slot, and the slots with the new slot, unless the new slot is after `latest`. */
export function nextTaken(slots: Slots, { rules }: Rate, now: Millis, latest: Millis): { slot: Millis; next?: Slots } {
  const slot = nextSlot(slots, rules, now)
  return slot > latest ? { slot } : { slot, next: takeSlot(slots, rules, now, slot) }
}

export function latestSlot({ deadline }: DeliveryDue): Millis {
  return deadline - LEAST_MS
}

/**
 * By the present clock, the group may have given the attempt up: nothing may be sent. A message that comes again earlier
 * than it was to come shows that the clock was set back meanwhile.
 */
function wasSetBack({ turn }: DeliveryDue, now: Millis): boolean {
  return turn !== undefined && now + CLOCKS_DIFFER_MS < Math.max(turn.sentAt, turn.until)
}
