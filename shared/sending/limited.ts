import { never } from '../base/never.ts'
import { CLOCKS_DIFFER_MS, MINUTE, type Millis, SECOND } from '../base/time.ts'
import { DELIVERY_WINDOW_MS } from '../delivery/delivery.ts'
import { type Due, dueMessage } from '../message/due.ts'
import type { DeliveryDue, Turn } from '../message/message.ts'
import { type Queue, sendAll } from '../queue/port.ts'
import type { Rate } from '../rate/rate.ts'
import { blockSlots, LATE_MS, nextSlot, type Slots, slotAhead, takeSlot } from '../rate/slots.ts'
import { canWait, rankOf, type Urgency, urgencyOf } from '../rate/urgency.ts'
import { changeSlots, putWaiting, readWaiting, removeWaiting, type Waiting } from '../store/rates.ts'
import {
  type Attempt,
  type AttemptDeps,
  type AttemptSender,
  attemptAt,
  type Limit,
  readNotification,
} from './attempt.ts'
import { attemptTogether } from './together.ts'

/**
 * Attempts at deliveries to places that take a limited number of messages. An attempt begins in a slot of its place, or
 * not at all. Without a slot, the delivery waits: the delivery stays open and unclaimed, and its message comes again.
 *
 * - Where a message can tell of several deliveries (`digest`), a single delivery at a time has the next slot. The message
 *   takes along the deliveries that wait by then, and the next slot goes to the first delivery without room in the
 *   message. Elsewhere every delivery has a slot, in the order of arrival.
 * - A delivery that gets no slot before the deadline is refused as `limited`: the group decides again, with the newest
 *   state of the alerts.
 *
 * Writes of single items are enough. Slots are given one after the other. The item of a delivery that waits is a hint,
 * and the right to send is the claim, as of every attempt. A crash loses a slot, or leaves claimed attempts `ambiguous`.
 */
export interface LimitedDeps extends AttemptDeps {
  /** The function's own queue, for messages that come again. Absent: the channels have no limit. */
  deliveries?: Queue
}

type Limited = Attempt & { sender: AttemptSender & { limit: Limit } }

/** The shortest time from a slot until the deadline of a delivery: a send needs time. */
const LEAST_MS = 8 * SECOND
/**
 * The messages of deliveries that wait beside a holder of a slot come again over this span after the slot, in case that
 * the holder is gone. At every slot, the messages would be more work than the sends.
 */
const FOLLOW_MS = { from: SECOND, span: 20 * SECOND }
/** The time after which a delivery comes again that lost the races for the slots. */
const LOST_MS = SECOND
/** The distance between refused deliveries of different urgency, when their groups decide again. */
const RANK_MS = SECOND / 2
/** A delivery waits for no longer than the window of an attempt. */
const WAIT_MS = 2 * MINUTE
/** A place that refused a message and named no time is left alone for so long. */
const BLOCK_MS = MINUTE

export function isLimited<Made extends Attempt>(made: Made): made is Made & Limited {
  return made.sender.limit !== undefined
}

/**
 * Makes attempts, or lets deliveries wait. Attempts at the same place ask for slots in a row, so that the messages of a
 * batch do not fight, and are sent side by side. A promise rejects when its attempt was not begun. `prepare`: makes the
 * sender of another delivery that waits.
 */
export function takeTurns<Made extends Limited>(
  made: readonly Made[],
  prepare: (due: DeliveryDue) => Promise<AttemptSender>,
  deps: LimitedDeps,
): [Made, Promise<void>][] {
  const asking = new Map<string, Promise<unknown>>()
  return made.map((attempt) => {
    const place = JSON.stringify([attempt.due.account, attempt.sender.limit.place])
    const answer = (asking.get(place) ?? Promise.resolve()).then(() => askForSlot(attempt, deps))
    const asked = answer.catch(() => undefined)
    asking.set(place, asked)
    return [attempt, answer.then((one) => follow(attempt, one, prepare, deps))]
  })
}

type Answer =
  /** `alone`: no other delivery can wait at the place. */
  | { kind: 'send'; slot: Millis; alone: boolean }
  /** `urgency`: the delivery has to be put among those that wait. */
  | { kind: 'wait'; until: Millis; slot?: Millis; urgency?: Urgency }
  | { kind: 'refuse'; until: Millis }
  | { kind: 'set back' }
  | { kind: 'missing' }

async function askForSlot(made: Limited, deps: LimitedDeps): Promise<Answer> {
  const { due, sender } = made
  const { place, rate } = sender.limit
  const { clock, table, chance } = deps
  const own = due.turn?.slot
  const now = clock.now()
  if (wasSetBack(due, now)) return { kind: 'set back' }
  if (own !== undefined && now < own - LATE_MS) return { kind: 'wait', until: own, slot: own }
  if (own !== undefined && now <= own + LATE_MS) return { kind: 'send', slot: own, alone: false }
  const lost: Answer = { kind: 'wait', until: now + LOST_MS }
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
function nextTaken(slots: Slots, { rules }: Rate, now: Millis, latest: Millis): { slot: Millis; next?: Slots } {
  const slot = nextSlot(slots, rules, now)
  return slot > latest ? { slot } : { slot, next: takeSlot(slots, rules, now, slot) }
}

function latestSlot({ deadline }: DeliveryDue): Millis {
  return deadline - LEAST_MS
}

/**
 * By the present clock, the group may have given the attempt up: nothing may be sent. A message that comes again earlier
 * than it was to come shows that the clock was set back meanwhile.
 */
function wasSetBack({ turn }: DeliveryDue, now: Millis): boolean {
  return turn !== undefined && now + CLOCKS_DIFFER_MS < Math.max(turn.sentAt, turn.until)
}

async function follow(
  made: Limited,
  answer: Answer,
  prepare: (due: DeliveryDue) => Promise<AttemptSender>,
  deps: LimitedDeps,
): Promise<void> {
  switch (answer.kind) {
    case 'send':
      return await sendInSlot(made, answer, prepare, deps)
    case 'wait':
      return await comeAgain(made, answer, deps)
    case 'refuse':
      return await refuse(made, answer.until, deps)
    case 'set back':
      await attemptAt([{ ...made, sentAt: Number.POSITIVE_INFINITY }], deps)
      return await forgetOwn(made, deps)
    case 'missing':
      return await attemptAt([made], deps)
    default:
      never(answer)
  }
}

/** Twice is safe: of two copies of a message, the first copy claims the attempt. */
async function comeAgain(
  made: Limited,
  { until, slot, urgency }: Extract<Answer, { kind: 'wait' }>,
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
  const sent = deliveries && (await sendAll(deliveries, [{ ...dueMessage(one, deliveries.carries), delayMs }]))
  if (sent?.failed.length !== 0) throw new Error('the queue did not take a delivery that waits')
}

/** The group decides again at the moment of the slot. The less urgent delivery comes later, and finds the slot taken. */
async function refuse(made: Limited, until: Millis, deps: LimitedDeps): Promise<void> {
  const { sender, due } = made
  const send: AttemptSender['send'] = async ({ notification }) => {
    const now = deps.clock.now()
    const detail = 'the rate of the provider leaves no slot in time'
    const later = rankOf(notification, due.waitsSince, now) * RANK_MS
    return { kind: 'refused', at: now, reason: 'limited', detail, retryAfterMs: Math.max(SECOND, until - now) + later }
  }
  await attemptAt([{ ...made, sender: { ...sender, send } }], deps)
  await forgetOwn(made, deps)
  deps.metrics.add('tocsin_limited_total', { type: sender.type, what: 'refused' })
}

async function sendInSlot(
  made: Limited,
  { slot, alone }: Extract<Answer, { kind: 'send' }>,
  prepare: (due: DeliveryDue) => Promise<AttemptSender>,
  deps: LimitedDeps,
): Promise<void> {
  const { due, sender } = made
  const gathers = sender.limit.rate.digest !== undefined && !alone
  const { others, names, next } = gathers ? await gather(made, prepare, deps) : NOBODY
  const all = [made, ...others].map((one) => blocking(one, deps))
  const own = due.turn?.waiting
  const after = [forget(made, own === undefined ? names : [own, ...names], deps), handOn(made, next, deps)]
  if (others.length > 0) deps.metrics.add('tocsin_limited_total', { type: sender.type, what: 'joined' }, others.length)
  try {
    await attemptTogether(all, slot + LATE_MS, deps)
  } finally {
    await Promise.all(after)
  }
}

interface Gathered {
  /** Deliveries that the message can tell of too, the most urgent first. */
  others: Attempt[]
  /** Names of items to remove. */
  names: string[]
  /** The first delivery for which the message has no room. */
  next?: Waiting
}

const NOBODY: Gathered = { others: [], names: [] }

/** Finds the deliveries of a digest message. After a fault there is no digest: the messages of the deliveries come again. */
async function gather(
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
async function handOn({ sender: { limit } }: Limited, next: Waiting | undefined, deps: LimitedDeps): Promise<void> {
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

/** An attempt after which the place is left alone, for as long as the provider says. */
function blocking(made: Attempt, deps: LimitedDeps): Attempt {
  const { due, sender } = made
  const { limit } = sender
  const send: AttemptSender['send'] = async (...given) => {
    const { restMs, ...outcome } = await sender.send(...given)
    const isRefused = outcome.kind === 'refused' && outcome.reason === 'rateLimited'
    const blockMs = isRefused ? (outcome.retryAfterMs ?? BLOCK_MS) : restMs
    if (limit === undefined || blockMs === undefined) return outcome
    const now = deps.clock.now()
    const until = now + blockMs
    try {
      const { account } = due
      await changeSlots(deps.table, account, limit.place, now, (slots) => ({ next: blockSlots(slots, until) }))
    } catch (error) {
      deps.noteFault?.(`the block after ${due.delivery}`, error)
    }
    return outcome
  }
  return { ...made, sender: { ...sender, send } }
}

/** The attempt is over: its item would take the room of others. */
async function forgetOwn(made: Limited, deps: LimitedDeps): Promise<void> {
  const name = made.due.turn?.waiting
  if (name !== undefined) await forget(made, [name], deps)
}

async function forget({ due, sender }: Limited, names: readonly string[], deps: LimitedDeps): Promise<void> {
  try {
    await removeWaiting(deps.table, due.account, sender.limit.place, names)
  } catch (error) {
    deps.noteFault?.(`the item of ${due.delivery}, which waited`, error)
  }
}
