import type { Alert } from '../../shared/alert/alert.ts'
import type { Millis } from '../../shared/base/time.ts'
import type { Policy } from '../../shared/config/config.ts'
import { over } from '../../shared/group/closed-by-hand.ts'
import type { Context, OpenGroup } from '../../shared/group/context.ts'
import type { Group } from '../../shared/group/group.ts'
import { groupId, groupKey } from '../../shared/group/identity.ts'
import { BODY_BYTES } from '../../shared/group/parts.ts'
import { MAX_DELAY_MS, MESSAGE_LIFE_MS } from '../../shared/queue/port.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import { configuredContext } from '../../shared/routing/context.ts'
import type { ActiveSilence } from '../../shared/silence/active.ts'
import type { GroupWork } from './by-group.ts'
import type { Decider } from './decider.ts'
import { mutedIn } from './muting.ts'
import { regroup } from './regroup.ts'
import { policiesLike } from './shared-tickets.ts'
import { writtenFor } from './written.ts'

/** The facts for the decision of a group, beside the group itself and the messages about the group. */
export async function contextOf(group: Group, work: GroupWork, policy: Policy, decider: Decider): Promise<Context> {
  const { config, deps } = decider
  const now = deps.clock.now()
  return {
    now,
    chance: deps.chance,
    ...configuredContext(config, policy, group.labels),
    written: writtenFor(config, policy),
    muted: await mutedIn(deps.table, work.account, config, policy, alertsOf(group, work), decider.silences, now),
    ...soonestEnd(decider.silences),
    openGroups: await openGroups(group, decider, now),
    bodyBytes: deps.bodyBytes ?? BODY_BYTES,
    messageLifeMs: MESSAGE_LIFE_MS,
    maxDelayMs: MAX_DELAY_MS,
  }
}

function* alertsOf({ members }: Group, { inputs }: GroupWork): Iterable<Alert> {
  for (const input of inputs) if (input.kind === 'alert') yield input.arrival.alert
  for (const { alert } of members.values()) yield alert
}

/**
 * A policy that takes only a part of its alerts no longer goes on telling the others under its key. A route of an imported
 * tree may have the key of a route that is gone.
 */
async function openGroups(
  { account, id: here, members, tellers = {} }: Group,
  { heads, config }: Decider,
  now: Millis,
): Promise<Context['openGroups']> {
  const keys = Object.entries(tellers)
  if (keys.length === 0 || ![...members.values()].some((member) => over(member, now))) return new Map()
  const loaded = keys.flatMap(([teller, { groupKey: key, groupLabels: labels }]) => {
    const alike = policiesLike(key, config).filter((policy) => groupKey(policy, labels) === key)
    const ids = new Set([teller, ...alike.map((policy) => groupId(account, policy.id, labels))])
    ids.delete(here)
    // Not a kept head: the open incidents decide whether a message closes a ticket.
    return Array.from(ids, async (id) => [teller, (await heads.read(account, id))?.group] as const)
  })
  const open = new Map<string, OpenGroup>()
  for (const [teller, group] of await Promise.all(loaded)) {
    const present = group && followingConfig(group, config, now)
    if (present?.incident !== undefined) open.set(teller, { ...present, incident: present.incident })
  }
  return open
}

/**
 * The other group as it will be when it has followed the configuration: a worker may have died between the messages about
 * leaving alerts and the save of the group that they leave. Absent: no alert stays.
 */
function followingConfig(group: Group, config: CompiledConfig, now: Millis): Group | undefined {
  if (Number(group.revision) >= Number(config.config.revision)) return group
  if (config.policy(group.policy) === undefined) return undefined
  const { staying } = regroup(group, config, now)
  return staying.members.size === 0 ? undefined : { ...group, ...staying }
}

function soonestEnd(silences: readonly ActiveSilence[]): Pick<Context, 'silenceEnds'> {
  return silences.length === 0 ? {} : { silenceEnds: Math.min(...silences.map(({ endsAt }) => endsAt)) }
}
