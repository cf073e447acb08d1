import type { Fingerprint } from '../alert/alert.ts'
import type { MuteReason } from '../reason/reason.ts'
import { type AlertSet, common } from './alert-sets.ts'
import type { Member } from './group.ts'

/** The alerts that a flush compares: the group's alerts, without muted alerts. */
export interface View {
  alerts: [Fingerprint, Member][]
  /** The firing ones of `alerts`: a list of its own only when an alert is over, so that equal lists are frozen once. */
  firingAlerts: [Fingerprint, Member][]
  firing: readonly Fingerprint[]
  resolved: readonly Fingerprint[]
  /** Alerts that the comparison leaves out for now, though nothing mutes the alerts. */
  leftOut: readonly Fingerprint[]
  /** Fingerprint → the reason of muting. */
  muted: Map<Fingerprint, MuteReason>
}

/** Views of parts of the alerts, by the lists of firing and of resolved alerts. */
export type PartialViews = Map<AlertSet, Map<AlertSet, View>>

/** The view of these alerts alone. The same lists give the same view, so that its words are written once. */
export function viewOnly(views: PartialViews, seen: View, firing: AlertSet, resolved: AlertSet): View {
  const known = views.get(firing)?.get(resolved)
  if (known !== undefined) return known
  const kept = new Set([...firing, ...resolved])
  const alerts = seen.alerts.filter(([fingerprint]) => kept.has(fingerprint))
  const fires = new Set(firing)
  const firingAlerts = resolved.length === 0 ? alerts : alerts.filter(([fingerprint]) => fires.has(fingerprint))
  const part = { ...seen, alerts, firingAlerts, firing, resolved }
  views.set(firing, (views.get(firing) ?? new Map<AlertSet, View>()).set(resolved, part))
  return part
}

/**
 * The view for a target that is told ends only: the ends of alerts that the target may think to fire, beside the alerts
 * among them that fire on, so that nothing is told as over too early. Undefined: no end is owed.
 */
export function endsOf(views: PartialViews, seen: View, mayThinkFiring: AlertSet): View | undefined {
  const ends = common(seen.resolved, mayThinkFiring)
  return ends.length === 0 ? undefined : viewOnly(views, seen, common(seen.firing, mayThinkFiring), ends)
}
