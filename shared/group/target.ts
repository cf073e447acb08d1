import type { Fingerprint } from '../alert/alert.ts'
import { DAY, MINUTE, type Millis } from '../base/time.ts'
import type { PauseReason } from '../reason/reason.ts'
import type { Context, Draft } from './context.ts'
import type { TargetState } from './group.ts'
import { note } from './log.ts'

/** From opening to the moment the group gives an attempt up as ambiguous: queue, claim and send together. */
export const DELIVERY_WINDOW_MS = 2 * MINUTE

/** A target that took nothing for so long is paused (Standard Webhooks: disable after days of failure). */
const PAUSE_AFTER_DAYS = 5

export function targetOf(draft: Draft, id: string): TargetState {
  let target = draft.group.targets.get(id)
  if (target === undefined) {
    target = { count: 0 }
    draft.group.targets.set(id, target)
  }
  return target
}

/** A target that is told nothing any more holds no alert back. */
export function isLiving(target: TargetState): boolean {
  return target.paused === undefined
}

export function pauseIfHopeless(draft: Draft, id: string, target: TargetState, ctx: Context): void {
  if (target.retry !== undefined && ctx.now - target.retry.since >= PAUSE_AFTER_DAYS * DAY) {
    pause(draft, id, target, { code: 'nothing-arrived', days: PAUSE_AFTER_DAYS }, ctx)
  }
}

export function pause(draft: Draft, id: string, target: TargetState, reason: PauseReason, ctx: Context): void {
  if (target.paused !== undefined) return
  target.paused = { at: ctx.now, reason }
  target.retry = undefined
  note(draft, ctx.now, { kind: 'paused', target: id, reason })
}

/** Something sent before may still arrive: what is opened now might be overtaken by it. */
export function mayBeOvertaken({ doubt }: TargetState, now: Millis): boolean {
  return doubt !== undefined && now < doubt.until
}

export function union(a: readonly Fingerprint[] = [], b: readonly Fingerprint[] = []): Fingerprint[] {
  return [...new Set([...a, ...b])]
}
