import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { channelTypes } from '../../channels/registry.ts'
import type { Sections } from '../../config/sections.ts'
import type { UserGroup } from '../../people/group.ts'
import { quoted } from '../../problem/problem.ts'
import { channelsIn, isForLifecycle, reachesAlone } from './channels.ts'
import { type Reference, type Shown, textsOf } from './section.ts'

/* The names in the flow of a policy as a document has the policy, unchecked. */

/** Entries of other sections, those of refused documents too. */
export interface Named {
  /** The channel is for life-cycle events, not for notifications; undefined: there is no such channel. */
  isForLifecycle(id: string): boolean | undefined
  /** Whether the kind of the channel tells single people. */
  reachesPeople(id: string): boolean
  /** Whether the channel reaches somebody without a user. */
  reachesAlone(id: string): boolean
  /** Readers of the channel for messages to call by name; undefined: there is no such channel. */
  mentions(id: string): 'none' | 'users' | 'all' | undefined
  /** Whether messages of the channel link to a page of the incident; undefined: there is no such channel. */
  links(id: string): boolean | undefined
  group(id: string): Pick<UserGroup, 'members' | 'rotation'> | undefined
  isUser(id: string): boolean
}

export function namedEntries(next: Sections, document: Shown): Named {
  const channels = channelsIn(next.channels, document)
  const groups = new Map(next.userGroups.map((group) => [group.id, group]))
  const users = new Set(next.users.map(({ id }) => id))
  const lonely = new Set(next.channels.filter((channel) => !reachesAlone(channel)).map(({ id }) => id))
  const kindOf = (id: string) => channelTypes.get(channels.get(id)?.type ?? '')?.kind
  return {
    isForLifecycle(id) {
      const channel = channels.get(id)
      return channel && isForLifecycle(channel)
    },
    mentions(id) {
      const kind = kindOf(id)
      return kind && (kind.mentions ?? 'none')
    },
    links(id) {
      const kind = kindOf(id)
      return kind && 'details' in kind.fields
    },
    reachesPeople: (id) => kindOf(id)?.recipients !== 'none',
    reachesAlone: (id) => !lonely.has(id),
    group: (id) => groups.get(id),
    isUser: (id) => users.has(id),
  }
}

export function flowReferences(policy: Shown, named: Named): Reference[] {
  const actions = [...writtenActions(policy)]
  const seen = new Set<string>()
  return [
    ...(typeof policy.calendar === 'string' ? [{ path: 'calendar', to: 'calendars', name: policy.calendar }] : []),
    ...actions.flatMap(([path, action]) => ofAction(path, action, named, seen)),
    ...tooManyTargets(actions, named),
  ]
}

/**
 * The number of targets, as far as it is known without comparing the members of groups: a document may name a thousand
 * groups of a thousand users a thousand times. Told as a misfit of the first name, since people may have changed alone.
 */
function tooManyTargets(actions: readonly [path: string, action: Shown][], { group }: Named): Reference[] {
  const counts = new Map<string, number>()
  for (const [, { channel, users, groups, onDuty }] of actions) {
    for (const { text } of textsOf(users)) counts.set(`${channel} user ${text}`, 1)
    for (const { text } of textsOf(groups)) counts.set(`${channel} group ${text}`, group(text)?.members.length ?? 0)
    for (const { text } of textsOf(onDuty)) counts.set(`${channel} duty ${text}`, everOnDuty(group(text)))
  }
  const count = [...counts.values()].reduce((sum, one) => sum + one, 0)
  if (count <= LIMITS.flowTargets) return []
  const [named] = actions.flatMap(([path, action]) => [
    ...textsOf(action.groups).map(({ text: name }) => ({ path, to: 'userGroups', name })),
    ...textsOf(action.users).map(({ text: name }) => ({ path, to: 'users', name })),
  ])
  const message = `limit: the policy names ${count} people on channels, at most ${LIMITS.flowTargets} are allowed`
  return named === undefined ? [] : [{ ...named, misfit: message }]
}

function everOnDuty(group: Pick<UserGroup, 'rotation'> | undefined): number {
  const { order = [], overrides = [] } = group?.rotation ?? {}
  return order.length + overrides.length
}

/** `seen`: the channels of the policy's notify that stand alone. */
function ofAction(path: string, action: Shown, named: Named, seen: Set<string>): Reference[] {
  const { channel, template } = action
  const people = peopleReferences(path, action, named)
  const words = [
    ...(typeof template === 'string' ? [{ path: `${path}.template`, to: 'templates', name: template }] : []),
    ...(isObject(action.mention) ? peopleReferences(`${path}.mention`, action.mention, named) : []),
  ]
  if (typeof channel !== 'string') return [...people, ...words]
  const isAlone = people.length === 0 && action.period === undefined
  const repeated = isAlone && path.startsWith('notify[') && seen.has(channel)
  if (isAlone && path.startsWith('notify[')) seen.add(channel)
  const misfit = repeated ? `names ${quoted(channel)} twice` : channelMisfit(channel, people.length > 0, named)
  const silent = isObject(action.mention) ? mentionMisfit(channel, action.mention, named) : undefined
  const unlinked = action.details !== undefined && named.links(channel) === false
  return [
    { path: `${path}.channel`, to: 'channels', name: channel, ...(misfit && { misfit }) },
    ...(silent === undefined ? [] : [{ path: `${path}.mention`, to: 'channels', name: channel, misfit: silent }]),
    ...(unlinked
      ? [
          {
            path: `${path}.details`,
            to: 'channels',
            name: channel,
            misfit: `is for messages with a link to the incident, and ${quoted(channel)} sends none`,
          },
        ]
      : []),
    ...people,
    ...words,
  ]
}

function peopleReferences(path: string, { users, groups, onDuty }: Shown, named: Named): Reference[] {
  return [
    ...textsOf(users).map(({ place, text }) => ({ path: `${path}.users[${place}]`, to: 'users', name: text })),
    ...textsOf(groups).map(({ place, text }) => groupReference(`${path}.groups[${place}]`, text, named)),
    ...textsOf(onDuty).map(({ place, text }) => dutyReference(`${path}.onDuty[${place}]`, text, named)),
  ]
}

function mentionMisfit(name: string, { all }: Shown, named: Named): string | undefined {
  const mentions = named.mentions(name)
  if (mentions === undefined) return undefined
  if (mentions === 'none') return `is for chats, and ${quoted(name)} is none`
  return all === true && mentions === 'users' ? `names all, and this kind of chat calls single people only` : undefined
}

function channelMisfit(name: string, hasPeople: boolean, named: Named): string | undefined {
  if (!hasPeople && !named.reachesAlone(name))
    return `names ${quoted(name)}, a channel that reaches nobody without a user`
  if (named.isForLifecycle(name)) return `names ${quoted(name)}, a channel for life-cycle events: name it in lifecycle`
  if (hasPeople && !named.reachesPeople(name)) return `names ${quoted(name)}, a channel that reaches no single person`
  return undefined
}

function groupReference(path: string, name: string, { group, isUser }: Named): Reference {
  const missing =
    group(name) === undefined && isUser(name) ? `names a user ${quoted(name)}: name it in users` : undefined
  return { path, to: 'userGroups', name, ...(missing && { missing }) }
}

function dutyReference(path: string, name: string, named: Named): Reference {
  const group = named.group(name)
  if (group === undefined && named.isUser(name)) {
    const missing = `names a user ${quoted(name)}: onDuty names a user group, of which the user on duty is told`
    return { path, to: 'userGroups', name, missing }
  }
  const misfit =
    group !== undefined && group.rotation === undefined
      ? `names ${quoted(name)}, a user group without a rotation`
      : undefined
  return { path, to: 'userGroups', name, ...(misfit && { misfit }) }
}

function* writtenActions(policy: Shown): Generator<[path: string, action: Shown]> {
  yield* entries(policy.notify, 'notify')
  yield* stepActions(policy.flow, 'flow')
  if (isObject(policy.escalation)) yield* stepActions(policy.escalation.flow, 'escalation.flow')
  for (const [path, stage] of entries(policy.escalation, 'escalation')) yield* stepActions(stage.flow, `${path}.flow`)
  if (isObject(policy.fallback)) yield* entries(policy.fallback.then, 'fallback.then')
}

function* stepActions(flow: unknown, path: string): Generator<[path: string, action: Shown]> {
  for (const [place, step] of entries(flow, path)) yield* entries(step.then, `${place}.then`)
}

function* entries(list: unknown, path: string): Generator<[path: string, entry: Shown]> {
  if (!Array.isArray(list)) return
  for (const [place, entry] of list.entries()) if (isObject(entry)) yield [`${path}[${place}]`, entry]
}
