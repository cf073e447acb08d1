import type { Fingerprint } from '../../shared/alert/alert.ts'
import type { Labels } from '../../shared/alert/labels.ts'
import type { CompiledConfig } from '../../shared/config/compile.ts'
import { FORWARD_POLICY } from '../../shared/config/config.ts'
import { groupId, groupLabels } from '../../shared/config/groups.ts'
import type { Group, Member } from '../../shared/group/group.ts'
import { type AlertsMoved, MESSAGE_VERSION } from '../../shared/message/message.ts'

/** A message carries so many alerts, and of their JSON so many bytes: with what is told it stays below the queue's limit. */
const MOVED_AT_ONCE = 100
const MOVED_BYTES = 512 * 1024

/** What a changed configuration means for a group: which of its alerts go where, and which stay. */
export interface Rehoming {
  moved: AlertsMoved[]
  staying: Map<Fingerprint, Member>
}

/** Another group, and what of this one goes there; `leaves`: it is not here any more. */
interface Home {
  policy: string
  labels: Labels
  alerts: { fingerprint: Fingerprint; member: Member; leaves: boolean }[]
}

/**
 * Routes the alerts of a group again. Where they go is sent before the head lets go of them; a crash in
 * between sends it twice, and the new group knows each alert by its stamp.
 */
export function rehome(group: Group, config: CompiledConfig): Rehoming {
  const staying = new Map<Fingerprint, Member>()
  const others = new Map<string, Home>()
  for (const [fingerprint, member] of group.members) {
    const { labels, origin } = member.alert
    const homes = config.route(labels, origin).map((policy) => {
      const by = groupLabels(policy, labels, origin)
      return { id: groupId(group.account, policy.id, by), policy: policy.id, labels: by }
    })
    const leaves = homes.every(({ id }) => id !== group.id)
    if (!leaves) staying.set(fingerprint, member)
    for (const { id, ...home } of homes) {
      if (id === group.id) continue
      const other = others.get(id) ?? { ...home, alerts: [] }
      others.set(id, other)
      other.alerts.push({ fingerprint, member, leaves })
    }
  }
  // What is forwarded lies in groups of its own, and nothing in them that is not elsewhere too.
  if (group.policy === FORWARD_POLICY) return { moved: [], staying }
  return { moved: [...others.values()].flatMap((home) => messagesTo(home, group)), staying }
}

function messagesTo({ policy, labels, alerts }: Home, group: Group): AlertsMoved[] {
  const messages: AlertsMoved[] = []
  let message: AlertsMoved | undefined
  let bytes = 0
  for (const { fingerprint, member, leaves } of alerts) {
    const { compared: _, ...rest } = member
    const size = Buffer.byteLength(JSON.stringify(rest))
    if (message === undefined || message.members.length === MOVED_AT_ONCE || bytes + size > MOVED_BYTES) {
      const { account } = group
      message = {
        v: MESSAGE_VERSION,
        kind: 'moved',
        account,
        policy,
        labels,
        members: [],
        told: [],
        doubt: [],
        out: [],
      }
      messages.push(message)
      bytes = 0
    }
    bytes += size
    message.members.push(rest)
    if (leaves) takeHeard(group, fingerprint, message)
  }
  return messages
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
    if (mayHaveHeard || contradicted) {
      const heard = entryOf(message.doubt, id, () => ({ firing: [], resolved: [] }))
      if (mayHaveHeard || knows) heard.firing.push(fingerprint)
      if (contradicted) heard.resolved.push(fingerprint)
    }
    if (open !== undefined && (open.firing.includes(fingerprint) || open.resolved.includes(fingerprint))) {
      entryOf(message.out, id, () => open.deadline)
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
