import type { FailureReason } from '../delivery/outcome.ts'
import { type Target, targetKey } from '../delivery/target.ts'
import type { PauseReason } from '../reason/reason.ts'
import type { Context, Draft } from './context.ts'
import { note } from './log.ts'
import { hopeless, paused, type TargetState } from './target-state.ts'

/** The state of a target in the decision that is being made. */
export function stateOf({ group }: Draft, key: string): TargetState {
  return group.targets.get(key) ?? { count: group.forgottenCount ?? 0 }
}

export function setState({ group }: Draft, key: string, state: TargetState): void {
  group.targets.set(key, state)
}

/** Whether the target is told of ends: the word of the flow's action counts before the word of the channel. */
export function sendsResolved(target: Target, { flow, channel }: Context): boolean {
  return flow?.everyone.get(targetKey(target))?.sendResolved ?? channel(target.channel)?.sendResolved ?? true
}

/** Whether a target is still told. A paused target holds no alert back. */
export function isLiving(state: TargetState): boolean {
  return state.paused === undefined
}

export function pauseIfHopeless(draft: Draft, key: string, failure: FailureReason, ctx: Context): void {
  if (failure === 'limited' || failure === 'quota') return
  const reason = hopeless(stateOf(draft, key), ctx.now)
  if (reason !== undefined) pause(draft, key, reason, failure, ctx)
}

export function pause(draft: Draft, key: string, reason: PauseReason, failure: FailureReason, ctx: Context): void {
  const state = stateOf(draft, key)
  if (state.paused !== undefined) return
  setState(draft, key, paused(state, { at: ctx.now, reason, failure }))
  note(draft, ctx.now, { kind: 'paused', target: key, reason })
}
