import type { Fingerprint } from '../../shared/alert/alert.ts'
import type { Policy } from '../../shared/config/config.ts'
import { type AlertSet, common, union, without } from '../../shared/group/alert-sets.ts'
import type { Member } from '../../shared/group/group.ts'
import { groupKey, groupLabels } from '../../shared/group/identity.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { routePolicies } from '../../shared/routing/route.ts'

/*
 * A receiver with one ticket for each group key closes the ticket, with every alert in it, when a message under the key
 * says that all is over. So an alert is safe in a ticket only while no group without the alert tells ends under the key.
 * A ticket is *shared* otherwise:
 * - alerts that were told under the key went to several groups (`Group.parted`);
 * - a policy has the key under the changed configuration and leaves the alert to another policy: it was narrowed.
 * An alert that a target knows from shared tickets alone is told anew, under the key of the group that has the alert.
 */

/** An alert of a group, with the policies that take the alert now. */
export interface RoutedAlert {
  fingerprint: Fingerprint
  alert: Pick<Member['alert'], 'labels' | 'origin'>
  policies: readonly Policy[]
}

/** By group: the alerts that a policy with the key of the group does not take. */
export type LeftByKey = ReadonlyMap<string, AlertSet>

/** The policies with whose keys the group key begins. */
export function policiesLike(key: string, { config }: Pick<CompiledConfig, 'config'>): Policy[] {
  const all = [...config.policies, ...routePolicies(config.route)]
  return all.filter(({ routeKey }) => key.startsWith(`${routeKey}:{`))
}

export function leftByKey(
  keys: Iterable<readonly [group: string, key: string]>,
  routed: readonly RoutedAlert[],
  config: Pick<CompiledConfig, 'config'>,
): LeftByKey {
  return new Map(
    Array.from(keys, ([group, key]) => {
      const alike = policiesLike(key, config)
      const left = ({ alert: { labels, origin }, policies }: RoutedAlert): boolean =>
        alike.some((policy) => {
          const isTaken = policies.some(({ id }) => id === policy.id)
          return !isTaken && groupKey(policy, groupLabels(policy, labels, origin)) === key
        })
      return [group, alike.length === 0 ? [] : routed.filter(left).map(({ fingerprint }) => fingerprint)]
    }),
  )
}

/** The tickets of a target: by the group whose key it is, the alerts that the target may think to fire. */
export interface Tickets {
  under: readonly (readonly [group: string, alerts: AlertSet])[]
  /** The alerts that the target never heard of under the key of the present group. */
  only: AlertSet
}

/** The alerts that a target knows from shared tickets alone. `here`: the group that has the alerts. */
export function inSharedTickets(
  { under, only }: Tickets,
  here: { id: string; parted?: true | undefined },
  left: LeftByKey,
): AlertSet {
  let mine: AlertSet = []
  let [shared, safe]: [AlertSet, AlertSet] = [[], []]
  for (const [group, thought] of under) {
    const some = common(thought, left.get(group))
    if (group === here.id) mine = here.parted ? thought : some
    else [shared, safe] = [union(shared, some), union(safe, without(thought, some))]
  }
  return union(mine, common(only, without(shared, safe)))
}
