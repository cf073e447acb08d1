import { type Origin, raisedHere } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import {
  type Channel,
  type Config,
  type Integration,
  OWN_INTEGRATION,
  type Policy,
  type Route,
} from '../config/config.ts'
import { UNROUTED } from '../config/unrouted.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'
import { FORWARD, forwardChannel } from '../forwarding/policy.ts'
import { compileInhibition } from '../inhibition/inhibition.ts'
import { compileIntervals, type IntervalTest } from '../interval/compile.ts'
import { compileMatchers } from '../matcher/compile.ts'
import type { LabelTest } from '../matcher/matcher.ts'
import { routePolicies } from './route.ts'

/** A configuration made ready to be asked, once for each revision. */
export interface CompiledConfig {
  config: Config
  /**
   * Every policy that takes such an alert; the unrouted one when none does. Never empty. The origin decides
   * for what our own rules raise, which may name their policy, and for what is forwarded.
   */
  route(labels: Labels, origin?: Origin): Policy[]
  policy(id: string): Policy | undefined
  channel(id: string): Channel | undefined
  integration(id: string): Integration | undefined
  inhibition: ReturnType<typeof compileInhibition>
  inInterval: IntervalTest
}

export function compileConfig(config: Config): CompiledConfig {
  const all = [UNROUTED, FORWARD, ...config.policies, ...routePolicies(config.route)]
  const policies = new Map(all.map((policy) => [policy.id, policy]))
  const channels = new Map(config.channels.map((channel) => [channel.id, channel]))
  if (config.forwarding !== undefined) channels.set(FORWARD_TARGET, forwardChannel(config.forwarding))
  const integrations = new Map(config.integrations.map((integration) => [integration.id, integration]))
  return {
    config,
    route: compileRouting(config),
    policy: (id) => policies.get(id),
    channel: (id) => channels.get(id),
    integration: (id) => integrations.get(id),
    inhibition: compileInhibition(config.inhibitRules),
    inInterval: compileIntervals(config.timeIntervals),
  }
}

/** What Tocsin says of this account's targets is for its own people: forwarding may be what it is about. */
function isOwn({ integration, via }: Origin): boolean {
  return integration === OWN_INTEGRATION && via === undefined
}

function compileRouting(config: Config): CompiledConfig['route'] {
  const natives = config.policies.map((policy) => ({ policy, takes: compileMatchers(policy.match) }))
  const tree = config.route === undefined ? undefined : compileRoute(config.route)
  const byRule = new Map(config.rules.map(({ id, policy }) => [id, config.policies.find((one) => one.id === policy)]))
  const match = (labels: Labels): Policy[] => {
    const taken: Policy[] = []
    for (const { policy, takes } of natives) if (takes(labels)) taken.push(policy)
    if (tree !== undefined) collect(tree, labels, taken)
    if (taken.length === 0) taken.push(UNROUTED)
    return taken
  }
  const { forwarding } = config
  return (labels, origin) => {
    const rule = origin !== undefined && raisedHere(origin) ? origin.rule : undefined
    const named = rule === undefined ? undefined : byRule.get(rule)
    const taken = named === undefined ? match(labels) : [named]
    const others = origin !== undefined && !isOwn(origin)
    const forwards = forwarding?.sources === 'all' ? others : forwarding !== undefined && rule !== undefined
    return forwards ? [...taken, FORWARD] : taken
  }
}

interface Node {
  policy: Policy
  takes: LabelTest
  continue: boolean
  children: Node[]
}

function compileRoute({ policy, continue: goOn, routes }: Route): Node {
  return { policy, takes: compileMatchers(policy.match), continue: goOn, children: routes.map(compileRoute) }
}

/**
 * Alertmanager's walk (facts from prometheus/alertmanager, Apache-2.0): depth first; children in order up
 * to the first that takes the alert without `continue`; a node itself when none of its children does.
 */
function collect(node: Node, labels: Labels, taken: Policy[]): boolean {
  if (!node.takes(labels)) return false
  let byChild = false
  for (const child of node.children) {
    if (!collect(child, labels, taken)) continue
    byChild = true
    if (!child.continue) break
  }
  if (!byChild) taken.push(node.policy)
  return true
}
