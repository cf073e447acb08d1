import type { Millis } from '../base/time.ts'
import { over } from './closed-by-hand.ts'
import type { Context, Draft } from './context.ts'
import type { Group, Incident, Member } from './group.ts'
import { note } from './log.ts'

/*
 * Alerts in hand. A claim marks every firing alert with the alert's `startsAt`. While a person has every firing alert in
 * hand, a target is not told for the first time because a shift or a period began: another person already does the work.
 * A target that knows of the incident goes on hearing news of the incident.
 *
 * The moments beside the handler are the beginnings of timers (`flow/moments.ts`).
 */

/** A second claim of the same handler renews the marks, and no timer. */
export function takenInHand(incident: Incident, handler: string, { now, user }: Context): Incident {
  const { handlerIsUser: _, freeSince: __, ...kept } = incident
  const claimedAt = incident.handler === handler ? (incident.claimedAt ?? now) : now
  return { ...kept, handler, claimedAt, ...(user(handler) === undefined ? {} : { handlerIsUser: true }) }
}

/** Marks the firing alerts, muted alerts too. Only flows ask for the marks. */
export function markInHand({ group }: Draft, { flow, now }: Context): void {
  if (flow === undefined) return
  for (const [fingerprint, member] of group.members) {
    const inHand = over(member, now) ? undefined : member.alert.startsAt
    if (member.inHand !== inHand) group.members.set(fingerprint, { ...member, inHand })
  }
}

/** The timers of unclaimed stages begin anew, and targets that the claim held back are told now. */
export function giveBack({ group }: Draft, incident: Incident, { flow, now }: Context): void {
  const { handler: _, handlerIsUser: __, claimedAt: ___, ...free } = incident
  group.incident = { ...free, freeSince: now }
  if (flow !== undefined) group.audienceUntil = now
  for (const [fingerprint, member] of group.members) {
    if (member.inHand !== undefined) group.members.set(fingerprint, { ...member, inHand: undefined })
  }
}

/** A reopened incident calls nobody at once for the time that it was closed. */
export function timersAnew(incident: Incident, now: Millis): Incident {
  const { handler, audibleSince } = incident
  return {
    ...incident,
    freeSince: now,
    ...(handler === undefined ? {} : { claimedAt: now }),
    ...(audibleSince === undefined ? {} : { audibleSince: now }),
  }
}

/**
 * A handler who is disabled or removed has nothing in hand, from the first decision that knows. Coming back gives nothing
 * back.
 */
export function releaseGone(draft: Draft, ctx: Context): void {
  const { incident } = draft.group
  if (incident?.handlerIsUser !== true || ctx.user(incident.handler!)?.enabled === true) return
  giveBack(draft, incident, ctx)
  note(draft, ctx.now, { kind: 'unclaimed', reason: { code: 'handler-gone', handler: incident.handler! } })
}

/** Whether the handler has all of these firing alerts in hand. */
export function allInHand(
  { incident, members }: Pick<Group, 'incident' | 'members'>,
  firing: readonly string[],
): boolean {
  return incident?.handler !== undefined && firing.every((fingerprint) => isInHand(members.get(fingerprint)!))
}

function isInHand({ inHand, alert }: Member): boolean {
  return inHand === alert.startsAt
}
