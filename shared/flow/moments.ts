import type { Millis } from '../base/time.ts'
import type { Stage } from '../config/flow.ts'

/**
 * The moments of an open incident that timers of a flow begin at. No timer begins at the moment of opening: messages have
 * named the opening, so the opening stays in the future when the clock is set back.
 */
export interface IncidentMoments {
  /** The person who has the incident in hand, … */
  handler?: string
  /** … and since when. */
  claimedAt?: Millis
  /** Since then nobody has the incident in hand: the incident was given back, or reopened. */
  freeSince?: Millis
  /**
   * Since then an alert fires that nothing mutes; absent: every firing alert is muted, and no timer runs. Never before the
   * incident opened: the flush that opens an incident begins this time.
   */
  audibleSince?: Millis
}

/**
 * The moment from which on a stage holds; undefined: the stage holds at no later moment either, if nothing happens. A moment
 * is a function of past events and never remembered, so an edited timer, a second unclaim and a second worker are no
 * cases of their own.
 */
export function stageMoment(
  { since, afterMs }: Pick<Stage, 'since' | 'afterMs'>,
  { handler, claimedAt, freeSince, audibleSince }: IncidentMoments,
): Millis | undefined {
  if (audibleSince === undefined) return undefined
  const claimed = handler !== undefined
  if (since !== 'open' && claimed !== (since === 'claimed')) return undefined
  const more = since === 'open' ? undefined : claimed ? claimedAt : freeSince
  return Math.max(audibleSince, more ?? audibleSince) + afterMs
}
