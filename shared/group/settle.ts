import { never } from '../base/never.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { retryAfter } from './backoff.ts'
import type { Context, Draft } from './context.ts'
import type { OpenDelivery, Target } from './group.ts'
import { settleFact } from './lifecycle-events.ts'
import { note } from './log.ts'
import { DELIVERY_WINDOW_MS, GONE, pause, pauseIfHopeless, union } from './target.ts'

/** A refusal that no retry can change is tried at the next ticks, as Alertmanager does; after these, ever more rarely. */
const DEAD_AT_TICKS = 8

/** Takes the outcome of an attempt, if it is the one that is open: a copy, or a late report, changes nothing. */
export function settle(
  draft: Draft,
  id: string,
  delivery: string,
  attempt: number,
  outcome: Outcome,
  by: Context,
): void {
  const target = draft.group.targets.get(id)
  const open = target?.open
  if (target === undefined || open === undefined) return
  if (open.delivery !== delivery || open.attempt !== attempt) return
  target.open = undefined
  apply(draft, id, target, open, outcome, by)
}

/** An attempt of which nothing was heard by its deadline is ambiguous. */
export function expire(draft: Draft, by: Context): void {
  for (const [id, target] of draft.group.targets) {
    const open = target.open
    if (open === undefined || by.now < open.deadline) continue
    target.open = undefined
    const outcome: Outcome = { kind: 'ambiguous', at: by.now, reason: 'timeout', detail: 'no outcome by the deadline' }
    apply(draft, id, target, open, outcome, by)
  }
}

function apply(draft: Draft, id: string, target: Target, open: OpenDelivery, outcome: Outcome, by: Context): void {
  if (target.facts?.[0]?.delivery === open.delivery) return settleFact(draft, id, target, outcome, by)
  const { delivery, firing, resolved } = open
  const interval = by.policy.groupIntervalMs
  switch (outcome.kind) {
    case 'arrived': {
      const openedAt = open.deadline - DELIVERY_WINDOW_MS
      target.told = { at: open.nominal, firing, resolved, delivery, openedAt }
      if (target.doubt !== undefined && target.doubt.until <= openedAt) target.doubt = undefined
      target.last = undefined
      target.retry = undefined
      return note(draft, by.now, { kind: 'told', target: id, delivery, reason: open.reason })
    }
    case 'refused':
      target.retry = retryAfter(target.retry, by.now, interval, by.chance, outcome.retryAfterMs)
      note(draft, by.now, { kind: 'refused', target: id, delivery, reason: `${outcome.reason}: ${outcome.detail}` })
      return pauseIfHopeless(draft, id, target, by)
    case 'ambiguous':
      target.doubt = {
        firing: union(target.doubt?.firing, firing),
        resolved: union(target.doubt?.resolved, resolved),
        until: Math.max(target.doubt?.until ?? by.now, by.now),
      }
      target.retry = retryAfter(target.retry, by.now, interval, by.chance)
      note(draft, by.now, { kind: 'ambiguous', target: id, delivery, reason: `${outcome.reason}: ${outcome.detail}` })
      return pauseIfHopeless(draft, id, target, by)
    case 'dead': {
      const retry = retryAfter(target.retry, by.now, interval, by.chance)
      const atTick = retry.failures <= DEAD_AT_TICKS
      target.retry = atTick ? { ...retry, notBefore: draft.group.nextTick, later: 0 } : retry
      note(draft, by.now, { kind: 'dead', target: id, delivery, reason: `${outcome.reason}: ${outcome.detail}` })
      if (outcome.reason === 'gone') pause(draft, id, target, GONE, by)
      return pauseIfHopeless(draft, id, target, by)
    }
    default:
      return never(outcome)
  }
}
