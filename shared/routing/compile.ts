import type { Channel, Config, Integration, Policy } from '../config/config.ts'
import type { TemplateLean } from '../config/content-template.ts'
import { UNROUTED } from '../config/unrouted.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'
import { FORWARD, forwardChannel } from '../forwarding/policy.ts'
import { compileInhibition, type Inhibition } from '../inhibition/inhibition.ts'
import { compileIntervals, type IntervalTest } from '../interval/compile.ts'
import { NOBODY, type People } from '../people/people.ts'
import { compileRouting, type Routing } from './matching.ts'
import { routePolicies } from './route.ts'

/** A configuration ready for questions: compiled once for each revision, and never changed. */
export interface CompiledConfig {
  /** The sections with people are empty. */
  config: Config
  /** Nobody, unless the reader of the configuration reads people. */
  people: People
  /** Content templates by id, without their texts. Empty, unless the reader of the configuration reads people. */
  templates: ReadonlyMap<string, TemplateLean>
  route: Routing
  /** A policy by id: native, of the imported tree, `_none` or `_forward`. */
  policy(id: string): Policy | undefined
  channel(id: string): Channel | undefined
  integration(id: string): Integration | undefined
  inhibition: Inhibition
  inInterval: IntervalTest
}

export function compileConfig(config: Config): CompiledConfig {
  const all = [UNROUTED, FORWARD, ...config.policies, ...routePolicies(config.route)]
  const policies = new Map(all.map((policy) => [policy.id, policy]))
  const channels = new Map(config.channels.map((channel) => [channel.id, channel]))
  if (config.forwarding !== undefined) channels.set(FORWARD_TARGET.channel, forwardChannel(config.forwarding))
  const integrations = new Map(config.integrations.map((integration) => [integration.id, integration]))
  return {
    config,
    people: NOBODY,
    templates: new Map(),
    route: compileRouting(config),
    policy: (id) => policies.get(id),
    channel: (id) => channels.get(id),
    integration: (id) => integrations.get(id),
    inhibition: compileInhibition(config.inhibitRules),
    inInterval: compileIntervals(config.timeIntervals),
  }
}
