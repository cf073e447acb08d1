import type { Origin } from '../alert/alert.ts'
import { fingerprint } from '../alert/fingerprint.ts'
import { type Labels, label, sortedNames } from '../alert/labels.ts'
import { digest } from '../base/hash.ts'
import type { Policy } from '../config/config.ts'
import { quote } from '../matcher/quote.ts'

/** 256 groups: each alert is told again as long as it fires, and no group and no body of a forward grows large. */
const SHARD_DIGITS = 2

/** The labels an alert is grouped by: the labels of `groupBy` that the alert has. */
export function groupLabels(policy: Pick<Policy, 'groupBy'>, labels: Labels, origin?: Origin): Labels {
  if (policy.groupBy === 'all') return labels
  if (policy.groupBy === 'shard') return shard(labels, origin)
  const names = policy.groupBy.filter((name) => Object.hasOwn(labels, name))
  return Object.fromEntries(names.map((name) => [name, label(labels, name)]))
}

/**
 * The labels of a shard. Alerts that passed through different accounts lie in different groups: a forward names its
 * hops once, for all of its alerts.
 */
function shard(labels: Labels, origin: Origin | undefined): Labels {
  const digits = fingerprint(labels).slice(0, SHARD_DIGITS)
  const via = origin?.via ?? []
  return via.length === 0 ? { shard: digits } : { shard: digits, via: via.join(' ') }
}

/** The labels of every group that alerts without hops can be in. */
export function shards(): Labels[] {
  return Array.from({ length: 16 ** SHARD_DIGITS }, (_, shard) => ({
    shard: shard.toString(16).padStart(SHARD_DIGITS, '0'),
  }))
}

/**
 * Alertmanager's group key, `{}/{a="1"}:{alertname="A", instance="i1"}`: receivers hash the key to recognise
 * notifications of the same group, so the text is exact to the byte (facts from prometheus/alertmanager, Apache-2.0: no
 * space between matchers, comma and space between labels, names bare, values as Go quotes them). The group key is for
 * the wire only; groups are kept by `groupId`.
 */
export function groupKey(policy: Pick<Policy, 'routeKey'>, labels: Labels): string {
  const pairs = sortedNames(labels).map((name) => `${name}=${quote(label(labels, name))}`)
  return `${policy.routeKey}:{${pairs.join(', ')}}`
}

/** The key of a group: 32 hex digits of account, policy and group labels. */
export function groupId(account: string, policyId: string, labels: Labels): string {
  return digest([account, policyId, ...sortedNames(labels).flatMap((name) => [name, label(labels, name)])], 32)
}
