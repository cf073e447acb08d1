import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { userGroupSchema, userGroupWarnings } from '../../people/group.ts'
import { under } from '../../problem/problem.ts'
import { readList } from '../reading/list.ts'
import { isMapping, readEntry } from '../reading/mapping.ts'
import { type Collection, entriesById, type Reference, textsOf } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'

/** `userGroups`: users who are told together, or one after the other by a rotation. */
export const userGroupsSection: Collection<'userGroups'> = {
  key: 'userGroups',
  name: 'userGroups',
  one: 'user group',
  limit: LIMITS.userGroups,
  read(given) {
    const list = readList(given, { limit: LIMITS.userGroups, nameField: 'id' }, (entry) =>
      readEntry(userGroupSchema, withoutWarnings(entry)),
    )
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, userGroupWarnings(value))),
    }
  },
  show: (groups) => groups.map((group) => ({ ...group })),
  entries: entriesById,
  entryWarnings: (groups, id) => groups.filter((group) => group.id === id).flatMap(userGroupWarnings),
  references(written) {
    const list: unknown[] = Array.isArray(written) ? written : []
    return list.flatMap((group, place) => (isMapping(group) ? referencesOf(group, place) : []))
  },
  collection: true,
  get schema() {
    return z.array(described).max(LIMITS.userGroups)
  },
  get entry() {
    return described
  },
}

/** An entry as documents and answers have the entry. */
const described = z.strictObject({ ...userGroupSchema.shape, ...shownWarnings }).meta({ id: 'UserGroup' })

/** The order of a rotation names members only, so `members` says it all; somebody else may take over for a time. */
function referencesOf(group: Record<string, unknown>, place: number): Reference[] {
  const entry = typeof group.id === 'string' ? group.id : ''
  const rotation = isMapping(group.rotation) ? group.rotation : {}
  const overrides: unknown[] = Array.isArray(rotation.overrides) ? rotation.overrides : []
  const members = textsOf(group.members).map(({ place: at, text }) => ({ path: `members[${at}]`, name: text }))
  const substitutes = overrides.flatMap((override, at) => {
    if (!isMapping(override) || typeof override.user !== 'string') return []
    return [{ path: `rotation.overrides[${at}].user`, name: override.user }]
  })
  return [...members, ...substitutes].map(({ path, name }) => ({
    path: `[${place}].${path}`,
    to: 'users',
    name,
    entry,
  }))
}
