import { parseTargetKey, targetKey } from '../delivery/target.ts'
import type { NotToldReason } from '../reason/reason.ts'
import type { Context, Draft } from './context.ts'
import { owesEarlierKeys, thoughtHere } from './earlier-keys.ts'
import { about, note, noteDelivery, noteTarget } from './log.ts'
import { setState } from './target.ts'
import { settled, type TargetState, triedAgainBy } from './target-state.ts'

/*
 * An attempt that failed waits to be made again. Where nobody will make it again, the timeline says so with the id of
 * the delivery, and the list of deliveries shows it as dropped. A newer message to the target needs no word of its own:
 * its entry tells that it took the place.
 */

/** Gives up the attempts that wait for a target that the policy names no longer, and its pause. */
export function giveUpUnnamed(draft: Draft, ctx: Context): void {
  const { policy } = ctx
  const named = new Set([...policy.targets, ...policy.lifecycle].map(targetKey))
  for (const [key, state] of draft.group.targets) {
    if (named.has(key) || isBusy(state)) continue
    const { retry, paused, unproven } = state
    // Nothing will arrive there that proves that the target works: the account need not hear of a pause any longer.
    if (unproven === true) draft.arrived.push({ target: key, endsPause: true })
    const next = unproven === true ? { ...state, unproven: undefined } : state
    const code = isGone(key, ctx) ? 'channel-gone' : 'not-named'
    if (!owesEarlierKeys(state) && (retry !== undefined || paused !== undefined)) {
      giveUp(draft, key, next, { code }, ctx)
      continue
    }
    if (next !== state) setState(draft, key, next)
    // The ends of what the target was told under this group's key are dropped, and the timeline says so once.
    if (thoughtHere(state).length > 0) noteTarget(draft, key, ctx.now, 'not-told', { code })
  }
}

/** Gives up the attempts that wait in a group without alerts. */
export function giveUpEmpty(draft: Draft, ctx: Context): void {
  if (draft.group.members.size > 0) return
  for (const [key, state] of draft.group.targets) {
    if (state.retry !== undefined && !isBusy(state)) giveUp(draft, key, state, whyEmpty(draft, key, ctx), ctx)
  }
}

/** Life-cycle events wait in a queue of their own: `lifecycle-events.ts`. */
function isBusy({ open, owedEvents = [] }: TargetState): boolean {
  return open !== undefined || owedEvents.length > 0
}

/** A changed configuration lifts every pause: the next flush compares anew, if there is an alert to compare. */
export function liftPauses(draft: Draft, ctx: Context): void {
  for (const [key, state] of draft.group.targets) {
    if (state.paused === undefined) continue
    if (draft.group.members.size > 0) setState(draft, key, settled(state))
    else giveUp(draft, key, state, whyEmpty(draft, key, ctx), ctx)
  }
}

/** Changed people: a user may have another address now, so a message that failed is tried again at once. */
export function retryUsers(draft: Draft, ctx: Context): void {
  for (const [key, state] of draft.group.targets) {
    if (parseTargetKey(key).user === undefined) continue
    if (state.paused === undefined) setState(draft, key, triedAgainBy(state, ctx.now))
    else if (draft.group.members.size > 0) setState(draft, key, { ...settled(state), recheck: true })
    else giveUp(draft, key, state, whyEmpty(draft, key, ctx), ctx)
  }
}

function whyEmpty({ moved }: Draft, key: string, ctx: Context): NotToldReason {
  if (moved.size === 0) return { code: 'nothing-left' }
  return { code: isGone(key, ctx) ? 'channel-gone' : 'alerts-moved' }
}

function isGone(key: string, ctx: Context): boolean {
  return ctx.channel(parseTargetKey(key).channel) === undefined
}

function giveUp(draft: Draft, key: string, state: TargetState, reason: NotToldReason, ctx: Context): void {
  const { last } = state
  setState(draft, key, { ...settled(state), recheck: false, notedReason: reason })
  const entry = { kind: 'not-told' as const, target: key, reason }
  if (last === undefined) return note(draft, ctx.now, entry)
  noteDelivery(draft, ctx.now, { ...entry, delivery: last.delivery, ...about(last, draft.group) }, state, last.content)
}
