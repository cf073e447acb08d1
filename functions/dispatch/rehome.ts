import type { Fingerprint } from '../../shared/alert/alert.ts'
import type { CompiledConfig } from '../../shared/config/compile.ts'
import { FORWARD_POLICY } from '../../shared/config/config.ts'
import { groupId, groupLabels } from '../../shared/config/groups.ts'
import type { Group, Member } from '../../shared/group/group.ts'
import { type AlertsMoved, MESSAGE_VERSION } from '../../shared/message/message.ts'

/** A message carries so many alerts at most: it has to stay far below the queue's limit. */
const MOVED_AT_ONCE = 100

/** What a changed configuration means for a group: which of its alerts go where, and which stay. */
export interface Rehoming {
  moved: AlertsMoved[]
  staying: Map<Fingerprint, Member>
}

/**
 * Routes the alerts of a group again. Where they go is sent before the head lets go of them; a crash in
 * between sends it twice, and the new group knows each alert by its stamp.
 */
export function rehome(group: Group, config: CompiledConfig): Rehoming {
  const staying = new Map<Fingerprint, Member>()
  const byGroup = new Map<string, AlertsMoved>()
  const moved: AlertsMoved[] = []
  // What is forwarded lies in groups of its own, and nothing in them that is not elsewhere too.
  const beside = group.policy === FORWARD_POLICY
  for (const [fingerprint, member] of group.members) {
    const homes = config.route(member.alert.labels, member.alert.origin).map((policy) => {
      const labels = groupLabels(policy, member.alert.labels, member.alert.origin)
      return { id: groupId(group.account, policy.id, labels), policy: policy.id, labels }
    })
    const stays = homes.some(({ id }) => id === group.id)
    if (stays) staying.set(fingerprint, member)
    for (const home of homes) {
      if (beside || home.id === group.id) continue
      let message = byGroup.get(home.id)
      if (message === undefined || message.members.length === MOVED_AT_ONCE) {
        const { policy, labels } = home
        message = {
          v: MESSAGE_VERSION,
          kind: 'moved',
          account: group.account,
          policy,
          labels,
          members: [],
          told: [],
          doubt: [],
        }
        byGroup.set(home.id, message)
        moved.push(message)
      }
      const { compared: _, ...rest } = member
      message.members.push(rest)
      if (!stays) takeHeard(group, fingerprint, message)
    }
  }
  return { moved, staying }
}

/**
 * Who was told of an alert by this group is not told again by the next; who may have heard of it, from a
 * delivery that is still out or in doubt, is owed its resolve. By channel and fingerprint.
 */
function takeHeard(group: Group, fingerprint: Fingerprint, message: AlertsMoved): void {
  for (const [id, { told, doubt, open }] of group.targets) {
    const knows = told?.firing.includes(fingerprint) ?? false
    const mayHaveHeard = [doubt, open].some((sent) => sent?.firing.includes(fingerprint))
    const contradicted = [doubt, open].some((sent) => sent?.resolved.includes(fingerprint))
    if (mayHaveHeard || (knows && contradicted)) {
      entryOf(message.doubt, id, () => []).push(fingerprint)
    }
    if (told === undefined || !knows || contradicted) continue
    entryOf(message.told, id, () => ({ at: told.at, firing: [] })).firing.push(fingerprint)
  }
}

/** A list and no object: channels are named by people, and `__proto__` is a name. */
function entryOf<T>(entries: [string, T][], id: string, make: () => T): T {
  const found = entries.find(([known]) => known === id)
  if (found !== undefined) return found[1]
  const made = make()
  entries.push([id, made])
  return made
}
