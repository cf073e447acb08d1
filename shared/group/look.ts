import type { Fingerprint } from '../alert/alert.ts'
import type { Millis } from '../base/time.ts'
import type { NotifiedIncident, NotifyReason } from '../delivery/delivery.ts'
import { common } from './alert-sets.ts'
import { over } from './closed-by-hand.ts'
import type { Context } from './context.ts'
import type { Group } from './group.ts'
import { mayThinkFiring } from './heard.ts'
import { incidentOf, notifiedIncident } from './incident.ts'
import type { TargetState } from './target-state.ts'
import type { View } from './view.ts'

export function viewOf({ members }: Pick<Group, 'members'>, ctx: Context): View {
  const [firing, resolved]: [Fingerprint[], Fingerprint[]] = [[], []]
  const seen: View = { alerts: [], firingAlerts: [], firing, resolved, leftOut: [], muted: new Map() }
  for (const [fingerprint, member] of members) {
    const reason = ctx.muted(fingerprint, member.alert)
    if (reason !== undefined) {
      seen.muted.set(fingerprint, reason)
      continue
    }
    seen.alerts.push([fingerprint, member])
    if (over(member, ctx.now)) resolved.push(fingerprint)
    else {
      firing.push(fingerprint)
      seen.firingAlerts.push([fingerprint, member])
    }
  }
  return seen.resolved.length === 0 ? { ...seen, firingAlerts: seen.alerts } : seen
}

/** The view without firing alerts. */
export function endsOnly({ alerts, ...seen }: View, { now }: Context): View {
  const ended = alerts.filter(([, member]) => over(member, now))
  return { ...seen, firing: [], firingAlerts: [], leftOut: seen.firing, alerts: ended }
}

/** Whether the target may still believe that an alert fires, among these ended alerts. */
export function owedEnds(state: TargetState, resolved: readonly Fingerprint[]): boolean {
  return common(resolved, mayThinkFiring(state)).length > 0
}

/** A comparison: the alerts, the time, and all that is the same for each target. */
export interface Look {
  /** Nominal time of the flush. */
  nominal: Millis
  seen: View
  /** `seen` with the alerts that it leaves out: what fires under an earlier key needs no open incident here. */
  whole: View
  /** The incident of a new notification. */
  incident: NotifiedIncident | undefined
  /** The reason of a notification without a firing alert: alerts closed by a person are told as closed. */
  end: 'all-resolved' | 'closed'
  /** The group under whose key the alerts are told; absent: the present group. */
  under?: string
  /** That group has alerts that fire, under the same key. */
  goesOn?: boolean
  /** A person's wish; absent: only differences are told. */
  forced?: NotifyReason
  /** The moment of the stage that calls the target, in a comparison for one target. */
  call?: Millis
  /** The first flush of this life of the group, or since the configuration changed. */
  first?: boolean
}

export function lookAt(group: Group, nominal: Millis, seen: View, whole = seen): Look {
  const open = group.incident && notifiedIncident(group.incident)
  const incident = seen.firing.length === 0 ? incidentOf(group, seen.alerts) : open
  return { nominal, seen, whole, incident, end: endReason(seen) }
}

export function endReason({ alerts }: View): Look['end'] {
  return alerts.some(([, { closedByHand }]) => closedByHand !== undefined) ? 'closed' : 'all-resolved'
}
