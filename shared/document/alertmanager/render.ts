import type { Labels } from '../../alert/labels.ts'
import { formatDuration } from '../../base/duration.ts'
import { channelTypes } from '../../channels/registry.ts'
import { type Channel, type Policy, type Route, UNROUTED_POLICY } from '../../config/config.ts'
import type { Sections } from '../../config/sections.ts'
import { renderMatcher } from '../../matcher/render.ts'
import { routePolicies } from '../../routing/route.ts'
import { EVERY_LABEL } from '../reading/fields.ts'
import { showChannel } from '../sections/channels.ts'
import { showInhibitRule } from '../sections/inhibit-rules.ts'
import type { Shown } from '../sections/section.ts'
import { showTimeInterval } from '../sections/time-intervals.ts'

/**
 * The account as an alertmanager.yml, for clients that read `config.original` of the Alertmanager API. amtool parses
 * the file strictly, old releases (0.25) too, so the file has no key that old releases do not know, but for `labels`
 * (0.34) of an account that has labels. Routing is the
 * same: every policy that matches applies, so a policy is a route with `continue`. The imported tree comes after the
 * policies, whole.
 */
export function renderAlertmanager(config: Sections): Shown {
  const { route, policies, inhibitRules, timeIntervals, resolveTimeoutMs } = config
  return {
    ...(resolveTimeoutMs === undefined ? {} : { global: { resolve_timeout: formatDuration(resolveTimeoutMs) } }),
    route: rootOf(policies, route),
    ...(inhibitRules.length === 0 ? {} : { inhibit_rules: inhibitRules.map(showInhibitRule) }),
    receivers: receiversOf(config),
    templates: [],
    ...(timeIntervals.length === 0 ? {} : { time_intervals: timeIntervals.map(showTimeInterval) }),
  }
}

function rootOf(policies: readonly Policy[], route: Route | undefined): Shown {
  if (policies.length === 0 && route !== undefined) return node(route)
  const natives = policies.map((policy) => node({ policy, continue: true, routes: [] }))
  const routes = route === undefined ? natives : [...natives, node(route)]
  return { receiver: UNROUTED_POLICY, continue: false, ...(routes.length === 0 ? {} : { routes }) }
}

function node({ policy, continue: goOn, routes }: Route): Shown {
  const { receiver, groupBy, match, muteTimes, activeTimes, routeLabels } = policy
  return {
    receiver,
    group_by: groupBy === 'all' ? [EVERY_LABEL] : groupBy,
    ...(match.length === 0 ? {} : { matchers: match.map(renderMatcher) }),
    ...(muteTimes.length === 0 ? {} : { mute_time_intervals: muteTimes }),
    ...(activeTimes.length === 0 ? {} : { active_time_intervals: activeTimes }),
    continue: goOn,
    ...labelled(routeLabels),
    ...(routes.length === 0 ? {} : { routes: routes.map(node) }),
    group_wait: formatDuration(policy.groupWaitMs),
    group_interval: formatDuration(policy.groupIntervalMs),
    repeat_interval: formatDuration(policy.repeatIntervalMs),
  }
}

/** Every receiver once, in the order of the imported file. Channels that Alertmanager has no word for are left out. */
function receiversOf({ policies, route, channels, receivers }: Sections): Shown[] {
  const byName = new Map<string, Set<Channel>>(policies.length === 0 && route ? [] : [[UNROUTED_POLICY, new Set()]])
  const toldBy = (name: string): Set<Channel> => {
    const told = byName.get(name) ?? new Set()
    byName.set(name, told)
    return told
  }
  for (const { name } of receivers) toldBy(name)
  const known = new Map(channels.map((channel) => [channel.id, channel]))
  const routed = [...policies, ...routePolicies(route)]
  for (const { receiver, targets } of routed) {
    const told = toldBy(receiver)
    for (const { channel: id } of targets) if (known.has(id)) told.add(known.get(id)!)
  }
  const names = new Set(routed.map(({ receiver }) => receiver))
  for (const channel of channels) {
    if (channel.receiver !== undefined && !names.has(channel.receiver)) toldBy(channel.receiver).add(channel)
  }
  const labelsOf = new Map(receivers.map(({ name, labels }) => [name, labels]))
  return [...byName].map(([name, told]) => ({ name, ...labelled(labelsOf.get(name)), ...receiverLists(told) }))
}

function labelled(labels: Labels = {}): Shown {
  return Object.keys(labels).length === 0 ? {} : { labels }
}

/** Channels of a receiver as its lists, such as `webhook_configs`. Alertmanager has no list for several kinds. */
function receiverLists(channels: Iterable<Channel>): Shown {
  const lists: Record<string, Shown[]> = {}
  for (const channel of channels) {
    const receiver = channelTypes.get(channel.type)?.kind.alertmanager
    if (receiver === undefined) continue
    const entry = { send_resolved: channel.sendResolved, ...receiver.render(showChannel(channel)) }
    lists[receiver.list] = [...(lists[receiver.list] ?? []), entry]
  }
  return lists
}
