import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { Policy } from '../config/config.ts'
import type { NotifiedIncident, NotifiedPolicy } from '../delivery/delivery.ts'
import type { AlertSet } from './alert-sets.ts'
import { over, overAt } from './closed-by-hand.ts'
import type { Group, Incident, Member } from './group.ts'

/*
 * The incident that a notification names. A firing alert is told under the open incident. An end is told under the
 * incident of the alert, which may be closed by then, and another incident may be open: so a group keeps the last
 * incident for as long as a target may think that an alert fires although the alert is over.
 */

/** Whether a policy opens incidents. Alerts of a policy of forwarding have their incident in the other account. */
export function opensIncidents({ targets }: Pick<Policy, 'targets'>): boolean {
  return !targets.some(({ kind }) => kind === 'forward')
}

/**
 * The part of an incident in a notification. The moment of closing is never shown: a second attempt would say more than
 * the first.
 */
export function notifiedIncident({ id, openedAt, handler }: Incident): NotifiedIncident {
  return { id, openedAt, handler }
}

export function notifiedPolicy({ id, name, owner }: Policy): NotifiedPolicy {
  return { id, name, owner }
}

/**
 * The alerts of an incident: without alerts that were over before the incident opened, and only wait for their ends to
 * be told.
 */
export function alertsOf(
  { openedAt }: Pick<Incident, 'openedAt'>,
  { members }: Pick<Group, 'members'>,
): [Fingerprint, Member][] {
  return [...members].filter(([, { alert, compared }]) => {
    return alert.endsAt > openedAt || compared === undefined || compared >= openedAt
  })
}

/** The person whose claim stops the repeats. The receiver of a policy may count on repeats, as a dead man's switch does. */
export function stopsRepeats(
  { incident }: Pick<Group, 'incident'>,
  { repeatWhileClaimed }: Pick<Policy, 'repeatWhileClaimed'>,
): string | undefined {
  return repeatWhileClaimed ? undefined : incident?.handler
}

/** The incident of a new notification about these alerts. */
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

/**
 * Whether a target may still be owed an end of the last incident: because the target was told of a firing, may have
 * heard of a firing, or is being told of a firing.
 */
export function owesEnd({ targets, incident, members }: Group, now: Millis): boolean {
  // Targets share lists: each list is looked at once.
  const heard = new Set<AlertSet | undefined>()
  for (const { told, doubt, unmentioned, open } of targets.values()) {
    heard.add(told?.firing).add(doubt?.firing).add(unmentioned).add(open?.firing)
  }
  return [...heard].some((firing) =>
    firing?.some((fingerprint) => {
      const member = members.get(fingerprint)
      return incident === undefined || member === undefined || over(member, now)
    }),
  )
}
