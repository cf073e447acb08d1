import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { disabledGroupWarnings, type UserGroup, userGroupSchema, userGroupWarnings } from '../../people/group.ts'
import type { User } from '../../people/user.ts'
import { under } from '../../problem/problem.ts'
import { readList } from '../reading/list.ts'
import { readEntry } from '../reading/mapping.ts'
import { createReadOnce } from '../reading/read-once.ts'
import { type Collection, entriesById, type Reference, type Shown } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'

/** `userGroups`: users who are told together, or one after the other by a rotation. */
export const userGroupsSection: Collection<'userGroups'> = {
  key: 'userGroups',
  name: 'userGroups',
  one: 'user group',
  limit: LIMITS.userGroups,
  *read(given) {
    const list = yield* readList(given, { limit: LIMITS.userGroups, nameField: 'id' }, (group) => once.read(group))
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, userGroupWarnings(value))),
    }
  },
  prepare: (list) => once.prepare(list),
  show: (groups) => groups.map(shown),
  entries: entriesById,
  entryWarnings(groups, id, { users }) {
    const isEnabled = enabledAmong(users)
    return groups
      .filter((group) => group.id === id)
      .flatMap((group) => [...userGroupWarnings(group), ...disabledGroupWarnings(group, isEnabled)])
  },
  warnsBy: ['users'],
  joint: {
    with: 'users',
    warnings({ userGroups, users }) {
      const isEnabled = enabledAmong(users)
      return userGroups.flatMap((group, place) => under(`[${place}]`, disabledGroupWarnings(group, isEnabled)))
    },
  },
  references(written, { next }) {
    const list: unknown[] = Array.isArray(written) ? written : []
    const users = new Set(next.users.map(({ id }) => id))
    return list.flatMap((group, place) => (isObject(group) ? referencesOf(group, place, users) : []))
  },
  collection: true,
  get schema() {
    return z.array(described).max(LIMITS.userGroups)
  },
  get entry() {
    return described
  },
}

function enabledAmong(users: readonly User[]): (id: string) => boolean {
  const enabled = new Set(users.flatMap((user) => (user.enabled ? [user.id] : [])))
  return (id) => enabled.has(id)
}

const once = createReadOnce((given) => readEntry(userGroupSchema, withoutWarnings(given)))

function shown(group: UserGroup): Shown {
  const entry = { ...group }
  once.know(entry, group)
  return entry
}

/** An entry as documents and answers have the entry. */
const described = z.strictObject({ ...userGroupSchema.shape, ...shownWarnings }).meta({ id: 'UserGroup' })

/**
 * The order of a rotation names members only, so `members` says it all; somebody else may take over for a time. Names of
 * `users` are left out: groups may have a hundred thousand members, and these names need no look-up.
 */
function referencesOf(group: Record<string, unknown>, place: number, users: ReadonlySet<string>): Reference[] {
  const entry = typeof group.id === 'string' ? group.id : ''
  const references: Reference[] = []
  const name = (text: unknown, path: string) => {
    if (typeof text !== 'string' || users.has(text)) return
    references.push({ path: `[${place}].${path}`, to: 'users', name: text, entry })
  }
  for (const [at, member] of listOf(group.members).entries()) name(member, `members[${at}]`)
  const rotation = isObject(group.rotation) ? group.rotation : {}
  for (const [at, override] of listOf(rotation.overrides).entries()) {
    if (isObject(override)) name(override.user, `rotation.overrides[${at}].user`)
  }
  return references
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
