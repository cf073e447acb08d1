import { never } from '../base/never.ts'
import type { Millis } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { parseTargetKey } from '../delivery/target.ts'
import { failedReason } from '../reason/reason.ts'
import { retryAfter } from './backoff.ts'
import type { Context, Decision, Draft, Input } from './context.ts'
import { draftOf } from './draft.ts'
import { arrivedUnder } from './earlier-keys.ts'
import type { Group } from './group.ts'
import { settleEvent } from './lifecycle-events.ts'
import { about, noteDelivery } from './log.ts'
import { joinNotes } from './log-entry.ts'
import { unmentionedMuted } from './muted-ends.ts'
import { pause, pauseIfHopeless, setState, stateOf } from './target.ts'
import { arrived, doubted, type OpenDelivery, type Retry, refused, type TargetState } from './target-state.ts'
import { leavesTicketOpen, noteClosedKey } from './told-beside.ts'

/** A refusal that no retry can change is tried at the next ticks, as Alertmanager does; afterwards ever more rarely. */
const DEAD_AT_TICKS = 8

/** Takes the outcome of an attempt, if the attempt is open: a copy, or a late report, changes nothing. */
export function settle(
  draft: Draft,
  key: string,
  delivery: string,
  attempt: number,
  outcome: Outcome,
  ctx: Context,
): void {
  const state = stateOf(draft, key)
  const open = openAttempt(state, delivery, attempt)
  if (open !== undefined) afterAttempt(draft, key, state, open, outcome, ctx)
}

/** The open delivery of the target, if that is this attempt at this delivery. */
function openAttempt({ open }: TargetState, delivery: string, attempt: number): OpenDelivery | undefined {
  return open?.delivery === delivery && open.attempt === attempt ? open : undefined
}

/**
 * The group with these arrivals, before a changed configuration takes alerts from the group: what its targets know goes
 * along with the alerts. The log has the entries about the arrivals. `policy` undefined: the policy is gone. An arrival
 * under an earlier key is left to the decision that follows, which knows whether the message closed a ticket.
 */
export function withArrivals(
  before: Group,
  inputs: readonly Input[],
  by: ArrivalContext,
): Pick<Decision, 'group' | 'arrived'> {
  const draft = draftOf(before)
  for (const input of inputs) {
    if (input.kind !== 'outcome' || input.outcome.kind !== 'arrived') continue
    const state = stateOf(draft, input.target)
    const open = openAttempt(state, input.delivery, input.attempt)
    if (open === undefined || open.under !== undefined) continue
    if (parseTargetKey(input.target).kind !== 'notification') continue
    afterArrival(draft, input.target, state, open, input.outcome, by)
  }
  return { group: { ...draft.group, log: joinNotes(draft.log) }, arrived: draft.arrived }
}

interface ArrivalContext {
  now: Millis
  policy: Context['policy'] | undefined
}

function afterArrival(
  draft: Draft,
  key: string,
  state: TargetState,
  open: OpenDelivery,
  { note }: Extract<Outcome, { kind: 'arrived' }>,
  { now, policy }: ArrivalContext,
  leavesOpen = false,
): void {
  draft.arrived.push({ target: key, endsPause: state.unproven === true })
  const muted = policy && unmentionedMuted(draft, { policy })
  const isOnlyKey = state.earlier === undefined
  setState(draft, key, isOnlyKey ? arrived(state, open, muted) : arrivedUnder(state, open, muted, leavesOpen))
  const named = about(open, draft.group)
  const { delivery } = open
  const told = { kind: 'told' as const, target: key, delivery, reason: { code: open.reason }, ...named }
  noteDelivery(draft, now, note === undefined ? told : { ...told, note }, state, open.content)
}

/** An attempt without an outcome by its deadline is ambiguous. */
export function expire(draft: Draft, ctx: Context): void {
  for (const [key, state] of draft.group.targets) {
    const { open } = state
    if (open === undefined || ctx.now < open.deadline) continue
    const outcome: Outcome = { kind: 'ambiguous', at: ctx.now, reason: 'timeout', detail: 'no outcome by the deadline' }
    afterAttempt(draft, key, state, open, outcome, ctx)
  }
}

/** The fallback of a flow is told in the place of the target at once. */
function hopelessNow(retry: Retry, { flow }: Context): Retry {
  return flow === undefined ? retry : { ...retry, dead: true }
}

function afterAttempt(
  draft: Draft,
  key: string,
  state: TargetState,
  open: OpenDelivery,
  outcome: Outcome,
  ctx: Context,
): void {
  if (state.owedEvents?.[0]?.delivery === open.delivery) return settleEvent(draft, key, outcome, ctx)
  const { delivery } = open
  if (outcome.kind === 'arrived') {
    noteClosedKey(draft, key, open, outcome, ctx)
    return afterArrival(draft, key, state, open, outcome, ctx, leavesTicketOpen(draft, key, open, ctx))
  }
  const retry = retryAfter(state.retry, outcome, ctx)
  switch (outcome.kind) {
    case 'refused':
      setState(draft, key, refused(state, outcome.reason === 'quota' ? hopelessNow(retry, ctx) : retry))
      break
    case 'ambiguous':
      setState(draft, key, doubted(state, open, retry, ctx.now))
      noteClosedKey(draft, key, open, outcome, ctx)
      break
    case 'dead': {
      const atTick = retry.failures <= DEAD_AT_TICKS
      const next = atTick ? { ...retry, notBefore: draft.group.nextTick, later: 0 } : retry
      setState(draft, key, refused(state, hopelessNow(next, ctx)))
      break
    }
    default:
      return never(outcome)
  }
  const failed = {
    kind: outcome.kind,
    target: key,
    delivery,
    reason: failedReason(outcome),
    ...about(open, draft.group),
  }
  noteDelivery(draft, ctx.now, failed, state, open.content)
  if (outcome.kind === 'dead' && outcome.reason === 'gone') pause(draft, key, { code: 'target-gone' }, 'gone', ctx)
  pauseIfHopeless(draft, key, outcome.reason, ctx)
}
