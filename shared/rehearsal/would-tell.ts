import type { Steps } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import { audienceNow } from '../group/audience.ts'
import { cardOf } from '../group/card.ts'
import { over } from '../group/closed-by-hand.ts'
import type { Group } from '../group/group.ts'
import type { CompiledConfig } from '../routing/compile.ts'

/** An open incident with other targets under another configuration. Targets as `targetKey`. */
export interface ToldOtherwise {
  incident: string
  /** The name of the alert that fires longest. */
  title: string
  policy: string
  /** Targets that would be told besides … */
  more: string[]
  /** … and targets that would hear the ends alone, or nothing. */
  fewer: string[]
}

/** Units of work of a group, and of each of its alerts. */
const UNITS = { group: 50, alert: 5 }

/**
 * Compares the targets of firing alerts at this moment, as if no silence muted the alerts. A stage of a later moment is no
 * difference.
 */
export function* toldOtherwise(
  groups: readonly Group[],
  before: CompiledConfig,
  after: CompiledConfig,
  now: Millis,
): Steps<ToldOtherwise[]> {
  const found: ToldOtherwise[] = []
  for (const group of groups) {
    yield UNITS.group + UNITS.alert * group.members.size
    if (group.incident === undefined) continue
    const [known, next] = [askedNow(group, before, now), askedNow(group, after, now)]
    const more = [...next].filter((key) => !known.has(key))
    const fewer = [...known].filter((key) => !next.has(key))
    if (more.length + fewer.length === 0) continue
    const { id } = group.incident
    const title = cardOf(group, now)?.card.title ?? id
    found.push({ incident: id, title, policy: group.policy, more, fewer })
  }
  return found
}

/** The targets by every policy of the alerts. Another policy has no incident of these alerts yet. */
function askedNow(group: Group, config: CompiledConfig, now: Millis): Set<string> {
  const firing = [...group.members.values()].filter((member) => !over(member, now)).map(({ alert }) => alert)
  const taken = new Map(firing.flatMap(({ labels, origin }) => config.route(labels, origin).map(({ id }) => [id, id])))
  const asked = new Set<string>()
  for (const id of taken.keys()) {
    const policy = config.policy(id)
    if (policy === undefined) continue
    const alerts = firing.filter(({ labels, origin }) => config.route(labels, origin).some((one) => one.id === id))
    const here = id === group.policy ? group : { ...group, policy: id, incident: undefined, targets: new Map() }
    const { tell } = audienceNow(here, { now, policy, flow: config.flow(id), muted: () => undefined }, alerts)
    for (const [key, { tells, opensAt }] of tell) if (tells === 'all' && opensAt === undefined) asked.add(key)
  }
  return asked
}
