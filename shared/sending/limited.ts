import { never } from '../base/never.ts'
import { MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { DeliveryDue } from '../message/message.ts'
import { blockSlots, LATE_MS } from '../rate/slots.ts'
import { rankOf } from '../rate/urgency.ts'
import { changeSlots } from '../store/rates.ts'
import { askForSlot, type Limited, type LimitedDeps, type SlotAnswer } from './ask-for-slot.ts'
import type { Attempt, AttemptSender } from './attempt.ts'
import { attemptAt } from './finish.ts'
import { attemptTogether } from './together.ts'
import { comeAgain, forget, forgetOwn, gather, handOn, NOBODY } from './waiting.ts'

/** The distance between refused deliveries of different urgency, when their groups decide again. */
const RANK_MS = SECOND / 2
/** A place that refused a message and named no time is left alone for so long. */
const BLOCK_MS = MINUTE

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
 *
 * Attempts at the same place ask for slots in a row, so that the messages of a batch do not fight, and are sent side by
 * side. A promise rejects when its attempt was not begun. `prepare`: makes the sender of another delivery that waits.
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

async function follow(
  made: Limited,
  answer: SlotAnswer,
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
  { slot, alone }: Extract<SlotAnswer, { kind: 'send' }>,
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
