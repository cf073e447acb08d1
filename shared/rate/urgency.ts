import { LEVELS, type Level } from '../alert/level.ts'
import { MINUTE, type Millis } from '../base/time.ts'
import type { Notification, NotifyReason } from '../delivery/delivery.ts'

/** The order of notifications that wait for a slot: as texts, the smaller one goes first. */
export type Urgency = string

/** A target that waited so long goes first, whatever the level. */
const PATIENCE_MS = 5 * MINUTE

const ENDS: ReadonlySet<NotifyReason> = new Set(['all-resolved', 'some-resolved', 'closed'])

/** The level, and within a level news before ends before repeats. `since`: when the target began to wait. */
export function urgencyOf(
  { reason, level = LOWEST }: Pick<Notification, 'reason' | 'level'>,
  since: Millis | undefined,
  now: Millis,
): Urgency {
  return `${hasWaited(since, now) ? 0 : 1}${level}${kindOf(reason)}`
}

/** The same as a number from 0 for the most urgent ones on. */
export function rankOf(
  { reason, level = LOWEST }: Pick<Notification, 'reason' | 'level'>,
  since: Millis | undefined,
  now: Millis,
): number {
  return hasWaited(since, now) ? 0 : LEVELS.indexOf(level) * 3 + kindOf(reason)
}

const LOWEST: Level = 'P4'

function kindOf(reason: NotifyReason): number {
  return reason === 'repeat' ? 2 : ENDS.has(reason) ? 1 : 0
}

/** A repeat says nothing new: unless its target waited long already, a repeat does not wait. */
export function canWait({ reason }: Pick<Notification, 'reason'>, since: Millis | undefined, now: Millis): boolean {
  return reason !== 'repeat' || hasWaited(since, now)
}

function hasWaited(since: Millis | undefined, now: Millis): boolean {
  return since !== undefined && now - since >= PATIENCE_MS
}
