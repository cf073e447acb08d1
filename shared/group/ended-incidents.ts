import { type NotifiedIncident, type NotifyReason, saysAllIsOver } from '../delivery/delivery.ts'
import type { TargetHeard } from './heard.ts'

/* The arrival of a message, and earlier incidents of a target that keeps incidents: `kept-incidents.ts`. */

/** Incidents that are remembered of a target. */
export const MOST_INCIDENTS = 10

/** The incidents that a message names. */
interface Naming {
  readonly reason: NotifyReason
  readonly incident?: NotifiedIncident | undefined
  readonly ended?: readonly string[] | undefined
}

/**
 * The incidents that the target may keep open after the arrival, beside the incident that it surely keeps: the group
 * learned of them when the delivery was out.
 */
export function incidentsLeft(
  { doubt }: Pick<TargetHeard, 'doubt'>,
  open: Naming,
  kept: NotifiedIncident | undefined,
): readonly string[] {
  const named = new Set([...(open.ended ?? []), kept?.id, saysAllIsOver(open) ? open.incident?.id : undefined])
  return (doubt?.incidents ?? []).filter((id) => !named.has(id))
}

/** The incidents that surely ended at the target by the message of a later incident. */
export function incidentsEnded(
  { told }: Pick<TargetHeard, 'told'>,
  { incident, ended = [] }: Naming,
): { ended?: string[] } {
  const all = new Set([...(told?.ended ?? []), ...ended])
  // A person may open an incident anew.
  all.delete(incident?.id ?? '')
  return all.size === 0 ? {} : { ended: [...all].slice(-MOST_INCIDENTS) }
}
