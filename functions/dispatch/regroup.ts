import type { Fingerprint } from '../../shared/alert/alert.ts'
import { fingerprint } from '../../shared/alert/fingerprint.ts'
import type { Labels } from '../../shared/alert/labels.ts'
import type { Millis } from '../../shared/base/time.ts'
import { FORWARD_POLICY, type Policy } from '../../shared/config/config.ts'
import { parseTargetKey, targetKey } from '../../shared/delivery/target.ts'
import { type AlertSet, common, union, without } from '../../shared/group/alert-sets.ts'
import type { DroppedEnds } from '../../shared/group/context.ts'
import { droppingKeys, type TellerSource, tellerOf } from '../../shared/group/earlier-keys.ts'
import type { Group, Member } from '../../shared/group/group.ts'
import { mayThinkFiring } from '../../shared/group/heard.ts'
import { groupId, groupLabels } from '../../shared/group/identity.ts'
import { keysOf } from '../../shared/group/regroup.ts'
import { forgetting, mayTakeForOver, type TargetState } from '../../shared/group/target-state.ts'
import type { AlertsRegrouped } from '../../shared/message/message.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import {
  isMember,
  NO_GROUP,
  type RegroupedAlert,
  regroupMessages,
  type TargetKnowledge,
  targetKnowledge,
} from './regroup-messages.ts'
import { inSharedTickets, type LeftByKey, leftByKey, type RoutedAlert } from './shared-tickets.ts'

/** The effect of a changed configuration on a group: messages for the leaving alerts, and the parts that stay. */
export interface Regrouping {
  leaving: AlertsRegrouped[]
  staying: Pick<Group, 'members' | 'targets' | 'parted'>
  /** The alerts that are in this group no longer. */
  moved: Group['members']
  /** Ends that a target is told no more, of alerts that it may think to fire. */
  dropped: DroppedEnds[]
}

/** Alerts that go to the same group, and that the same policies take. */
interface NewGroup {
  id: string
  policy: string
  labels: Labels
  policies: readonly Policy[]
  /** The place of the group's policy among the policies. */
  place: number
  alerts: RegroupedAlert[]
}

/** The alerts of a group that the same policies take. */
interface Way {
  policies: readonly Policy[]
  leaving: Fingerprint[]
  staying: Fingerprint[]
}

/** The parts of a group that regrouping needs. */
export type RegroupSource = Pick<
  Group,
  'account' | 'id' | 'members' | 'tombstones' | 'targets' | 'tellers' | 'parted'
> &
  TellerSource

/**
 * Routes the alerts of a group again. The knowledge of a target goes along to one new group of the alert, which tells
 * the end. The messages to the new groups are sent before the head lets go of the alerts. A crash in between sends the
 * messages twice, and the new group recognises an alert by its stamp.
 */
export function regroup(group: RegroupSource, config: CompiledConfig, now: Millis): Regrouping {
  const members = new Map<Fingerprint, Member>()
  const leavingTo = new Map<string, NewGroup>()
  const ways = new Map<string, Way>()
  const routed: RoutedAlert[] = []
  for (const [fingerprint, one] of [...group.members, ...group.tombstones]) {
    const destinations = groupsOf(one.alert, group.account, config)
    const leaves = destinations.every(({ id }) => id !== group.id)
    const policies = destinations.map(({ policy }) => policy)
    const taken = JSON.stringify(policies.map(({ id }) => id))
    const way = ways.get(taken) ?? { policies, leaving: [], staying: [] }
    ways.set(taken, way)
    if (isMember(one)) routed.push({ fingerprint, alert: one.alert, policies })
    if (isMember(one)) way[leaves ? 'leaving' : 'staying'].push(fingerprint)
    if (!leaves && isMember(one)) members.set(fingerprint, one)
    for (const [place, { id, policy, labels }] of destinations.entries()) {
      if (id === group.id) continue
      const newGroup = leavingTo.get(`${id} ${taken}`) ?? { id, policy: policy.id, labels, policies, place, alerts: [] }
      leavingTo.set(`${id} ${taken}`, newGroup)
      newGroup.alerts.push({ fingerprint, one, leaves })
    }
  }
  const heirs = heirsIn(group, config)
  const known = targetKnowledge(group, now)
  const tellers = new Map(Object.entries(group.tellers ?? {})).set(
    group.id,
    tellerOf(group, config.policy(group.policy)),
  )
  const left = leftByKey(
    Array.from(tellers, ([id, { groupKey }]) => [id, groupKey]),
    routed,
    config,
  )
  const moved = new Map([...group.members].filter(([fingerprint]) => !members.has(fingerprint)))
  const staying = {
    members,
    targets: targetsKnowing(group, moved, ways.values(), heirs, left),
    ...((group.parted || isParted(group, moved, known)) && { parted: true as const }),
  }
  // Forwarded alerts lie in groups of their own, and each such alert also lies in another group, which regroups it.
  if (group.policy === FORWARD_POLICY) return { leaving: [], staying, moved, dropped: [] }
  const about = { account: group.account, revision: config.config.revision }
  const together = alertsByGroup(leavingTo.values())
  const leaving = [...leavingTo.values()].flatMap((to) => {
    const heard = known.flatMap((one) => {
      return inherited(one, to, together.get(to.id)!, heirs, inSharedTickets(one, group, left))
    })
    return regroupMessages({ ...about, policy: to.policy, labels: to.labels }, to.alerts, {
      heard,
      from: group.id,
      tellers,
    })
  })
  return { leaving, staying, moved, dropped: droppedEnds(known, group.id, ways.values(), heirs, config) }
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
  for (const [id, keys] of keysOf(sent)) {
    const state = targets.get(id) ?? { count: 0 }
    targets.set(id, { ...state, earlier: { under: Object.fromEntries(keys), only: mayThinkFiring(state), over: {} } })
  }
  const members = new Map(sent.members.map((member) => [fingerprint(member.alert.labels), member]))
  const { account, labels, tombstones, tellers = [], dropped = [] } = sent
  const leaving = { id: NO_GROUP, policy: '', labels, members, targets, tellers: Object.fromEntries(tellers) }
  const again = regroup({ account, ...leaving, tombstones: new Map(tombstones) }, config, now)
  const said = [...dropped, ...again.dropped]
  // The next group says what is dropped: no group is here to say it.
  return again.leaving.map((message, index) =>
    index === 0 && said.length > 0 ? { ...message, dropped: said } : message,
  )
}

/** Whether, and in which group, a target is told ends of alerts that certain policies take. */
interface Heir {
  /** The place of the group's policy among the policies. */
  place: number
  /** The groups under whose keys the ends are still told. */
  keeps: (group: string) => boolean
}

type Heirs = (policies: readonly Policy[], target: string) => Heir

/**
 * The ends are told by the first group whose policy names the target. Where none does, the policies that told the
 * beginnings decide: the ends under the keys of a policy that still names the target are told by the first group.
 */
function heirsIn(group: RegroupSource, config: CompiledConfig): Heirs {
  const policyOf = (id: string): string | undefined => (id === group.id ? group.policy : group.tellers?.[id]?.policy.id)
  const known = new Map<readonly Policy[], Map<string, Heir>>()
  const find: Heirs = (policies, target) => {
    if (config.channel(parseTargetKey(target).channel) === undefined) return { place: 0, keeps: () => false }
    const place = policies.findIndex((policy) => names(policy, target))
    if (place >= 0) return { place, keeps: () => true }
    return { place: 0, keeps: (id) => names(config.policy(policyOf(id) ?? ''), target) }
  }
  return (policies, target) => {
    const some = known.get(policies) ?? new Map<string, Heir>()
    known.set(policies, some)
    const heir = some.get(target) ?? find(policies, target)
    some.set(target, heir)
    return heir
  }
}

function names(policy: Policy | undefined, key: string): boolean {
  return policy?.targets.some((target) => targetKey(target) === key) === true
}

/** An alert that fires anew after an end is in a list twice, with its tombstone. */
function alertsByGroup(groups: Iterable<NewGroup>): Map<string, AlertSet> {
  const together = Map.groupBy(groups, ({ id }) => id)
  const alertsOf = (some: readonly NewGroup[]) => some.flatMap(({ alerts }) => alerts.map((one) => one.fingerprint))
  return new Map([...together].map(([id, some]) => [id, [...new Set(alertsOf(some))]]))
}

/** The knowledge of a target that goes to a new group; none: another group tells the ends, or no group does. */
function inherited(
  known: TargetKnowledge,
  { policies, place }: NewGroup,
  together: AlertSet,
  heirs: Heirs,
  shared: AlertSet,
): TargetKnowledge[] {
  const heir = heirs(policies, known.id)
  if (heir.place !== place) return []
  const under = known.under.filter(([group]) => heir.keeps(group))
  // The alerts of a key that go different ways: the receiver may close their ticket when the first of them is over, so
  // those that fire on are told anew.
  const divided = under.reduce((some: AlertSet, [, thought]) => {
    const here = common(together, thought)
    return here.length < thought.length ? union(some, here) : some
  }, [])
  const mayBeOver = union(known.mayBeOver, divided)
  if (names(policies[place], known.id)) return [{ ...known, under, mayBeOver: union(mayBeOver, shared) }]
  const thought = under.reduce((some: AlertSet, [, alerts]) => union(some, alerts), [])
  if (thought.length === 0) return []
  const knows = common(known.knows, thought)
  return [{ ...known, under, knows, mayFire: common(known.mayFire, thought), mayBeOver: common(mayBeOver, thought) }]
}

/** Whether alerts left that a target may think to fire under the key of the group. */
function isParted({ id }: RegroupSource, moved: Group['members'], known: readonly TargetKnowledge[]): boolean {
  const own = known.flatMap(({ under }) => under.filter(([group]) => group === id))
  return own.some(([, thought]) => thought.some((fingerprint) => moved.has(fingerprint)))
}

/**
 * The told state of an alert leaves together with the alert: if the alert ever comes back, other groups have told the
 * target since. The ends of alerts that stay may be dropped.
 */
function targetsKnowing(
  { id, targets }: RegroupSource,
  moved: Group['members'],
  ways: Iterable<Way>,
  heirs: Heirs,
  left: LeftByKey,
): Group['targets'] {
  const gone = [...moved.keys()]
  const stay = [...ways].filter((way) => way.staying.length > 0)
  return new Map(
    [...targets].map(([key, state]) => {
      const kept = stay.reduce((next, way) => droppingKeys(next, way.staying, heirs(way.policies, key).keeps), state)
      // An end of another group may have closed the only tickets of these alerts.
      return [key, mayTakeForOver(forgetting(kept, gone), inDividedTickets(state, id, gone, left))]
    }),
  )
}

/** The alerts that stay, and that a target knows from earlier tickets alone which are shared now. */
function inDividedTickets({ earlier }: TargetState, id: string, gone: AlertSet, left: LeftByKey): AlertSet {
  if (earlier === undefined) return []
  const under = Object.entries(earlier.under)
  const divided = under.filter(([, thought]) => common(thought, gone).length > 0)
  const some = divided.reduce((all: AlertSet, [, thought]) => union(all, thought), [])
  return without(union(common(earlier.only, some), inSharedTickets({ ...earlier, under }, { id }, left)), gone)
}

/** The ends under the key of this group are dropped only for alerts that leave: `shared/group/give-up.ts` has the others. */
function droppedEnds(
  known: readonly TargetKnowledge[],
  here: string,
  ways: Iterable<Way>,
  heirs: Heirs,
  config: CompiledConfig,
): DroppedEnds[] {
  const all = [...ways]
  return known.flatMap(({ id: target, under }) => {
    const alerts = all.reduce((some: AlertSet, { policies, leaving, staying }) => {
      const { keeps } = heirs(policies, target)
      const lost = under.filter(([group]) => !keeps(group))
      return lost.reduce(
        (more, [group, thought]) => union(more, common(group === here ? leaving : union(leaving, staying), thought)),
        some,
      )
    }, [])
    if (alerts.length === 0) return []
    const code = config.channel(parseTargetKey(target).channel) === undefined ? 'channel-gone' : 'not-named'
    return [{ target, reason: { code }, alerts }]
  })
}

function groupsOf(
  { labels, origin }: Pick<Member['alert'], 'labels' | 'origin'>,
  account: string,
  config: CompiledConfig,
) {
  return config.route(labels, origin).map((policy) => {
    const by = groupLabels(policy, labels, origin)
    return { id: groupId(account, policy.id, by), policy, labels: by }
  })
}
