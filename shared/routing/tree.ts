import type { Labels } from '../alert/labels.ts'
import type { Policy, Route } from '../config/config.ts'
import { compileMatchers } from '../matcher/compile.ts'
import type { LabelTest } from '../matcher/matcher.ts'

/** A node of an imported route tree, with compiled matchers. */
export interface RouteNode {
  policy: Policy
  matches: LabelTest
  continue: boolean
  children: RouteNode[]
}

export function compileTree({ policy, continue: goOn, routes }: Route): RouteNode {
  return { policy, matches: compileMatchers(policy.match), continue: goOn, children: routes.map(compileTree) }
}

/**
 * Adds the policies that take the alert, and says whether the node or a child took the alert. Alertmanager's walk
 * (facts from prometheus/alertmanager, Apache-2.0): depth first; children in order up to the first that
 * takes the alert without `continue`; a node itself when no child takes the alert.
 */
export function collectPolicies(node: RouteNode, labels: Labels, into: Policy[]): boolean {
  if (!node.matches(labels)) return false
  let byChild = false
  for (const child of node.children) {
    if (!collectPolicies(child, labels, into)) continue
    byChild = true
    if (!child.continue) break
  }
  if (!byChild) into.push(node.policy)
  return true
}
