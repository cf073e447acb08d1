import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import type { NotifiedIncident, NotifiedPolicy } from '../delivery/delivery.ts'
import { over, overAt } from './closed-by-hand.ts'
import type { Group, Incident, Member } from './group.ts'

/*
 * The incident that a notification names. What fires is told under the open incident. An end is told under the
 * incident that ended, which may be closed by then, and another one may be open: so a group keeps the last
 * incident for as long as a target may think that something fires that does not.
 */

/** Alerts that are only passed on to another account have their incident there. */
export function opensIncidents({ targets }: Pick<Policy, 'targets'>): boolean {
  return !targets.some(({ kind }) => kind === 'forward')
}

/** What a notification says of an incident. When it was closed is never said: a second attempt would say more. */
export function notifiedIncident({ id, openedAt, handler }: Incident): NotifiedIncident {
  return { id, openedAt, handler }
}

export function notifiedPolicy({ id, name, owner }: Policy): NotifiedPolicy {
  return { id, name, owner }
}

/** The incident that a new notification of these alerts names. */
export function incidentOf(
  { incident, lastIncident }: Pick<Group, 'incident' | 'lastIncident'>,
  alerts: readonly (readonly [Fingerprint, Member])[],
): NotifiedIncident | undefined {
  const open = incident && notifiedIncident(incident)
  if (open === undefined || lastIncident === undefined) return open ?? lastIncident
  // Alerts that were over before the open incident began belong to the incident before it.
  const { openedAt } = open
  const before = ([, member]: readonly [Fingerprint, Member]): boolean => {
    const end = overAt(member, openedAt)
    return end !== undefined && end <= openedAt
  }
  return alerts.every(before) ? lastIncident : open
}

/** Whether a target may still be owed an end of the last incident: by what it was told, may have heard, or is being told. */
export function owesEnd({ targets, incident, members }: Group, now: Millis): boolean {
  return [...targets.values()].some(({ told, doubt, open }) =>
    [told, doubt, open].some((heard) =>
      heard?.firing.some((fingerprint) => {
        const member = members.get(fingerprint)
        return incident === undefined || member === undefined || over(member, now)
      }),
    ),
  )
}
