import type { Labels } from '../alert/labels.ts'
import type { Policy } from '../config/config.ts'
import type { Context } from '../group/context.ts'
import { groupKey } from '../group/identity.ts'
import type { CompiledConfig } from './compile.ts'

/** The part of the context of a decision that the configuration gives: for a group of the policy with these labels. */
export function configuredContext({ config, people, flow, channel }: CompiledConfig, policy: Policy, labels: Labels) {
  return {
    revision: config.revision,
    peopleRevision: people.revision,
    since: config.since,
    policy,
    flow: flow(policy.id),
    channel,
    user: people.user,
    groupKey: groupKey(policy, labels),
  } satisfies Partial<Context>
}
