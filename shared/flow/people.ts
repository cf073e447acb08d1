import { dutyChangesAt, onDuty } from '../people/on-duty.ts'
import type { People } from '../people/people.ts'
import type { Rotation } from '../people/rotation.ts'
import { askedOncePerSpan, type Spans } from './spans.ts'

/** Whether a user exists and is enabled. */
export function canBeTold(people: People, user: string): boolean {
  return people.user(user)?.enabled === true
}

/** The users of a group who can be told; none if the group is disabled or unknown. */
export function membersOf(people: People, id: string): string[] {
  const group = people.group(id)
  return group?.enabled ? group.members.filter((user) => canBeTold(people, user)) : []
}

/** Users of a group who are on duty at some moment, members by the rotation and others by an override. */
export function everOnDuty(people: People, id: string): string[] {
  const { order, overrides } = rotationOf(people, id) ?? { order: [], overrides: [] }
  const users = new Set([...order, ...overrides.map(({ user }) => user)])
  return [...users].filter((user) => canBeTold(people, user))
}

/** The member of a group on duty; undefined without a rotation. */
export function dutySpans(people: People, id: string): Spans<string | undefined> {
  const rotation = rotationOf(people, id)
  if (rotation === undefined) return () => ({ value: undefined, until: Number.POSITIVE_INFINITY })
  return askedOncePerSpan((at) => ({
    value: onDuty(rotation, at, (user) => canBeTold(people, user)),
    until: dutyChangesAt(rotation, at),
  }))
}

function rotationOf(people: People, id: string): Rotation | undefined {
  const group = people.group(id)
  return group?.enabled ? group.rotation : undefined
}
