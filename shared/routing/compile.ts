import type { Channel, Config, Integration, Policy } from '../config/config.ts'
import type { TemplateLean } from '../config/content-template.ts'
import { unroutedPolicy } from '../config/unrouted.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'
import { type CompiledFlow, compileFlow } from '../flow/compile.ts'
import { FORWARD, forwardChannel } from '../forwarding/policy.ts'
import { compileInhibition, type Inhibition } from '../inhibition/inhibition.ts'
import { compileIntervals, type IntervalTest } from '../interval/compile.ts'
import { compilePeople, NOBODY, type People } from '../people/people.ts'
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
  /**
   * A policy by id: native, of the imported tree, `_none` or `_forward`. Its targets are all that the policy can ever
   * name, people among them.
   */
  policy(id: string): Policy | undefined
  /** Undefined: there is no such policy, or the policy tells every target, always. */
  flow(id: string): CompiledFlow | undefined
  channel(id: string): Channel | undefined
  integration(id: string): Integration | undefined
  inhibition: Inhibition
  inInterval: IntervalTest
}

export function compileConfig(config: Config): CompiledConfig {
  const all = [unroutedPolicy(config.defaults), FORWARD, ...config.policies, ...routePolicies(config.route)]
  const policies = new Map(all.map((policy) => [policy.id, policy]))
  const channels = new Map(config.channels.map((channel) => [channel.id, channel]))
  if (config.forwarding !== undefined) channels.set(FORWARD_TARGET.channel, forwardChannel(config.forwarding))
  const integrations = new Map(config.integrations.map((integration) => [integration.id, integration]))
  return withPeople(
    {
      config,
      people: NOBODY,
      templates: new Map(),
      route: compileRouting(config),
      policy: (id) => policies.get(id),
      flow: () => undefined,
      channel: (id) => channels.get(id),
      integration: (id) => integrations.get(id),
      inhibition: compileInhibition(config.inhibitRules),
      inInterval: compileIntervals(config.timeIntervals),
    },
    NOBODY,
  )
}

/** A whole configuration, with the people of its sections. */
export function compileWhole(config: Config): CompiledConfig {
  const { users, userGroups, calendars } = config
  return withPeople(compileConfig(config), compilePeople(NOBODY.revision, { users, userGroups, calendars }))
}

/** The same routing with other people. A flow is compiled at its first use: most batches touch a few policies. */
export function withPeople(routing: CompiledConfig, people: People): CompiledConfig {
  const flows = new Map<string, CompiledFlow>()
  const flow = (id: string): CompiledFlow | undefined => {
    const given = routing.policy(id)?.flow
    if (given === undefined) return undefined
    const known = flows.get(id) ?? compileFlow(given, people)
    flows.set(id, known)
    return known
  }
  const policies = new Map<string, Policy>()
  const policy = (id: string): Policy | undefined => {
    const everyone = flow(id)?.everyone
    if (everyone === undefined) return routing.policy(id)
    const known = policies.get(id) ?? {
      ...routing.policy(id)!,
      targets: [...everyone.values()].map(({ target }) => target),
    }
    policies.set(id, known)
    return known
  }
  return { ...routing, people, flow, policy }
}
