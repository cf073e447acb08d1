import type { Fingerprint } from '../../shared/alert/alert.ts'
import { fingerprint } from '../../shared/alert/fingerprint.ts'
import type { Labels } from '../../shared/alert/labels.ts'
import type { Millis } from '../../shared/base/time.ts'
import { FORWARD_POLICY } from '../../shared/config/config.ts'
import type { Group, Member } from '../../shared/group/group.ts'
import { groupId, groupLabels } from '../../shared/group/identity.ts'
import { forgetting, type TargetState } from '../../shared/group/target-state.ts'
import type { AlertsRegrouped } from '../../shared/message/message.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { isMember, type RegroupedAlert, regroupMessages, targetKnowledge } from './regroup-messages.ts'

/** The effect of a changed configuration on a group: messages for the leaving alerts, and the parts that stay. */
export interface Regrouping {
  leaving: AlertsRegrouped[]
  staying: Pick<Group, 'members' | 'targets'>
  /** The alerts that are in this group no longer. */
  moved: Group['members']
}

interface NewGroup {
  policy: string
  labels: Labels
  alerts: RegroupedAlert[]
}

/** The parts of a group that regrouping needs. */
export type RegroupSource = Pick<Group, 'account' | 'id' | 'policy' | 'members' | 'tombstones' | 'targets'>

/**
 * Routes the alerts of a group again. The messages to the new groups are sent before the head lets go of the alerts. A
 * crash in between sends the messages twice, and the new group recognises an alert by its stamp.
 */
export function regroup(group: RegroupSource, config: CompiledConfig, now: Millis): Regrouping {
  const members = new Map<Fingerprint, Member>()
  const leavingTo = new Map<string, NewGroup>()
  for (const [fingerprint, one] of [...group.members, ...group.tombstones]) {
    const destinations = groupsOf(one.alert, group.account, config)
    const leaves = destinations.every(({ id }) => id !== group.id)
    if (!leaves && isMember(one)) members.set(fingerprint, one)
    for (const { id, ...destination } of destinations) {
      if (id === group.id) continue
      const newGroup = leavingTo.get(id) ?? { ...destination, alerts: [] }
      leavingTo.set(id, newGroup)
      newGroup.alerts.push({ fingerprint, one, leaves })
    }
  }
  const staying = { members, targets: targetsKnowing(group, members) }
  const moved = new Map([...group.members].filter(([fingerprint]) => !members.has(fingerprint)))
  // Forwarded alerts lie in groups of their own, and each such alert also lies in another group, which regroups it.
  if (group.policy === FORWARD_POLICY) return { leaving: [], staying, moved }
  const about = { account: group.account, revision: config.config.revision }
  const heard = targetKnowledge(group.targets, now)
  const leaving = [...leavingTo.values()].flatMap(({ policy, labels, alerts }) =>
    regroupMessages({ ...about, policy, labels }, alerts, heard),
  )
  return { leaving, staying, moved }
}

/**
 * Routes alerts again that were regrouped under an older configuration, as the alerts of a group to which no policy
 * leads. The alerts were sent to several groups, and this function runs for each message, so the next group may get an
 * alert more than once.
 */
export function regroupAgain(sent: AlertsRegrouped, config: CompiledConfig, now: Millis): AlertsRegrouped[] {
  const targets = new Map<string, TargetState>()
  for (const [id, { at, firing }] of sent.told) targets.set(id, { count: 0, told: { at, firing, resolved: [] } })
  for (const [id, doubt] of sent.doubt) targets.set(id, { count: 0, ...targets.get(id), doubt })
  const members = new Map(sent.members.map((member) => [fingerprint(member.alert.labels), member]))
  const leaving = { id: '', policy: '', members, tombstones: new Map(sent.tombstones), targets }
  return regroup({ account: sent.account, ...leaving }, config, now).leaving
}

/**
 * The told state of an alert leaves together with the alert: if the alert ever comes back, other groups have told the
 * target since.
 */
function targetsKnowing({ members, targets }: RegroupSource, staying: Group['members']): Group['targets'] {
  const gone = [...members.keys()].filter((fingerprint) => !staying.has(fingerprint))
  return new Map([...targets].map(([key, state]) => [key, forgetting(state, gone)]))
}

function groupsOf(
  { labels, origin }: Pick<Member['alert'], 'labels' | 'origin'>,
  account: string,
  config: CompiledConfig,
) {
  return config.route(labels, origin).map((policy) => {
    const by = groupLabels(policy, labels, origin)
    return { id: groupId(account, policy.id, by), policy: policy.id, labels: by }
  })
}
