import { type Origin, raisedHere } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Config, Policy } from '../config/config.ts'
import { isOwn } from '../config/own.ts'
import { unroutedPolicy } from '../config/unrouted.ts'
import { FORWARD } from '../forwarding/policy.ts'
import { compileMatchers } from '../matcher/compile.ts'
import { collectPolicies, compileTree } from './tree.ts'

/**
 * Every policy that takes an alert with the labels, in order; `_none` when no policy does, so the list is
 * never empty. The origin decides for an alert that a rule of the account raised, because a rule may name
 * a policy, and for forwarding.
 */
export type Routing = (labels: Labels, origin?: Origin) => Policy[]

/** Every native policy applies where the matchers match; the imported tree adds the policies of the tree walk. */
export function compileRouting(config: Config): Routing {
  const natives = config.policies.map((policy) => ({ policy, matches: compileMatchers(policy.match) }))
  const tree = config.route === undefined ? undefined : compileTree(config.route)
  const byId = new Map(config.policies.map((policy) => [policy.id, policy]))
  const byRule = new Map(
    config.rules.map(({ id, policy }) => [id, policy === undefined ? undefined : byId.get(policy)]),
  )
  const unrouted = unroutedPolicy(config.defaults)
  const match = (labels: Labels): Policy[] => {
    const policies = natives.filter(({ matches }) => matches(labels)).map(({ policy }) => policy)
    if (tree !== undefined) collectPolicies(tree, labels, policies)
    return policies.length === 0 ? [unrouted] : policies
  }
  const { forwarding } = config
  return (labels, origin) => {
    const rule = origin !== undefined && raisedHere(origin) ? origin.rule : undefined
    const named = rule === undefined ? undefined : byRule.get(rule)
    const policies = named === undefined ? match(labels) : [named]
    const foreign = origin !== undefined && !isOwn(origin)
    const forwards = forwarding?.sources === 'all' ? foreign : forwarding !== undefined && rule !== undefined
    return forwards ? [...policies, FORWARD] : policies
  }
}
