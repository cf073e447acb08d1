import { never } from '../base/never.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { failedReason } from '../reason/reason.ts'
import { retryAfter } from './backoff.ts'
import type { Context, Draft } from './context.ts'
import type { OpenDelivery, TargetState } from './group.ts'
import { settleEvent } from './lifecycle-events.ts'
import { note } from './log.ts'
import { DELIVERY_WINDOW_MS, pause, pauseIfHopeless, union } from './target.ts'

/** A refusal that no retry can change is tried at the next ticks, as Alertmanager does; after these, ever more rarely. */
const DEAD_AT_TICKS = 8

/** Takes the outcome of an attempt, if it is the one that is open: a copy, or a late report, changes nothing. */
export function settle(
  draft: Draft,
  id: string,
  delivery: string,
  attempt: number,
  outcome: Outcome,
  ctx: Context,
): void {
  const target = draft.group.targets.get(id)
  const open = target?.open
  if (target === undefined || open === undefined) return
  if (open.delivery !== delivery || open.attempt !== attempt) return
  target.open = undefined
  apply(draft, id, target, open, outcome, ctx)
}

/** An attempt of which nothing was heard by its deadline is ambiguous. */
export function expire(draft: Draft, ctx: Context): void {
  for (const [id, target] of draft.group.targets) {
    const open = target.open
    if (open === undefined || ctx.now < open.deadline) continue
    target.open = undefined
    const outcome: Outcome = { kind: 'ambiguous', at: ctx.now, reason: 'timeout', detail: 'no outcome by the deadline' }
    apply(draft, id, target, open, outcome, ctx)
  }
}

function apply(
  draft: Draft,
  id: string,
  target: TargetState,
  open: OpenDelivery,
  outcome: Outcome,
  ctx: Context,
): void {
  if (target.owedEvents?.[0]?.delivery === open.delivery) return settleEvent(draft, id, target, outcome, ctx)
  const { delivery, firing, resolved } = open
  const interval = ctx.policy.groupIntervalMs
  switch (outcome.kind) {
    case 'arrived': {
      const openedAt = open.deadline - DELIVERY_WINDOW_MS
      target.told = { at: open.nominal, firing, resolved, delivery, openedAt }
      if (target.doubt !== undefined && target.doubt.until <= openedAt) target.doubt = undefined
      target.last = undefined
      target.retry = undefined
      return note(draft, ctx.now, { kind: 'told', target: id, delivery, reason: { code: open.reason } })
    }
    case 'refused':
      target.retry = retryAfter(target.retry, ctx.now, interval, ctx.chance, outcome.retryAfterMs)
      note(draft, ctx.now, { kind: 'refused', target: id, delivery, reason: failedReason(outcome) })
      return pauseIfHopeless(draft, id, target, ctx)
    case 'ambiguous':
      target.doubt = {
        firing: union(target.doubt?.firing, firing),
        resolved: union(target.doubt?.resolved, resolved),
        until: Math.max(target.doubt?.until ?? ctx.now, ctx.now),
      }
      target.retry = retryAfter(target.retry, ctx.now, interval, ctx.chance)
      note(draft, ctx.now, { kind: 'ambiguous', target: id, delivery, reason: failedReason(outcome) })
      return pauseIfHopeless(draft, id, target, ctx)
    case 'dead': {
      const retry = retryAfter(target.retry, ctx.now, interval, ctx.chance)
      const atTick = retry.failures <= DEAD_AT_TICKS
      target.retry = atTick ? { ...retry, notBefore: draft.group.nextTick, later: 0 } : retry
      note(draft, ctx.now, { kind: 'dead', target: id, delivery, reason: failedReason(outcome) })
      if (outcome.reason === 'gone') pause(draft, id, target, { code: 'target-gone' }, ctx)
      return pauseIfHopeless(draft, id, target, ctx)
    }
    default:
      return never(outcome)
  }
}
