import { isOwn } from '../config/own.ts'
import { type Addressee, audible, audienceNow } from './audience.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { Group } from './group.ts'
import { note } from './log.ts'
import type { View } from './view.ts'

/* The marks of a group for its flow: the beginning of audible alerts, an incident without targets, the next look. */

/** A silence over an open incident must not end in a call at once: the timers begin when something is audible again. */
export function noteAudible(group: Group, { firing }: View, { flow, now }: Context): void {
  const { incident } = group
  if (flow === undefined || incident === undefined) return
  if ((incident.audibleSince !== undefined) === firing.length > 0) return
  const { audibleSince: _, ...silent } = incident
  group.incident = firing.length > 0 ? { ...silent, audibleSince: now } : silent
}

/** Says, once an incident, that an alert fires and the flow names no target that can be told now. */
export function noteNobody(draft: Draft, seen: View, addressees: readonly Addressee[], ctx: Context): void {
  const { incident } = draft.group
  const { firing } = seen
  if (ctx.flow === undefined || incident === undefined || incident.nobodyTold === true || firing.length === 0) return
  if (addressees.some(({ tells, opensAt }) => tells === 'all' && opensAt === undefined)) return
  draft.group.incident = { ...incident, nobodyTold: true }
  // Else an alert of Tocsin itself without a target would raise the next such alert.
  const own = seen.firingAlerts.every(([, { alert }]) => isOwn(alert.origin))
  if (!own) draft.nobody = incident.id
  note(draft, ctx.now, { kind: 'not-told', reason: { code: 'nobody' }, alerts: firing })
}

/**
 * Keeps when the audience changes by time. A look that finds every firing alert muted ends the time for which alerts were
 * audible, so that no timer runs on through a silence, and keeps the group ticking: only a flush begins that time anew.
 */
export function keepAudience(group: Group, ctx: Context): void {
  const alerts = audible(group, ctx)
  group.audienceUntil = group.members.size === 0 ? undefined : audienceNow(group, ctx, alerts).changesAt
  if (alerts.length > 0 || group.incident?.audibleSince === undefined) return
  if (![...group.members.values()].some((member) => !over(member, ctx.now))) return
  const { audibleSince: _, ...silent } = group.incident
  group.incident = silent
  group.muted = true
}
