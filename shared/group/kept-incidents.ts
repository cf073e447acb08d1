import type { NotifiedIncident } from '../delivery/delivery.ts'
import type { Target } from '../delivery/target.ts'
import type { Context } from './context.ts'
import type { Group } from './group.ts'
import type { TargetState } from './target-state.ts'

/*
 * Targets that keep incidents of their own, such as PagerDuty. A message names the incident, and the target opens,
 * acknowledges or resolves its own incident under the same id. So such a target is owed two messages that no other target
 * is owed:
 * - that somebody has the incident in hand: the target stops calling people. The claim is told as soon as no other
 *   message is owed, in a message of its own, so the arrival of the message says that the target knows of the claim.
 * - the end of every incident by its id. An end that did not arrive before the next incident opened is named in the next
 *   message (`ended`). Where alerts ended and fired anew between two flushes, the next incident itself is the news.
 */

type Keeping = Pick<TargetState, 'told' | 'doubt'>

export function keepsIncidents({ channel }: Pick<Target, 'channel'>, ctx: Pick<Context, 'channel'>): boolean {
  return ctx.channel(channel)?.keepsIncidents === true
}

/** Whether somebody has the incident in hand and the target was not told of the person. A claim taken back is not told. */
export function owesClaim(
  { incident }: Pick<Group, 'incident'>,
  { told }: Keeping,
  target: Target,
  ctx: Context,
): boolean {
  if (incident?.handler === undefined || !keepsIncidents(target, ctx)) return false
  return told?.incident?.id !== incident.id || told.incident.handler !== incident.handler
}

/** Whether the target keeps an earlier incident open: its end was not told before the alerts fired anew. */
export function owesIncident(
  { incident }: Pick<Group, 'incident'>,
  { told }: Keeping,
  target: Target,
  ctx: Context,
): boolean {
  if (incident === undefined || told?.incident === undefined || !keepsIncidents(target, ctx)) return false
  return told.incident.id !== incident.id
}

/** The incidents that the target may keep open, without the incident that the message names; undefined: there is none. */
export function endedIncidents(
  { told, doubt }: Keeping,
  named: NotifiedIncident | undefined,
  target: Target,
  ctx: Context,
): readonly string[] | undefined {
  if (!keepsIncidents(target, ctx)) return undefined
  const known = new Set([...(told?.incident ? [told.incident.id] : []), ...(doubt?.incidents ?? [])])
  known.delete(named?.id ?? '')
  return known.size === 0 ? undefined : [...known]
}
