import { LIMITS } from '../base/limits.ts'
import type { Steps } from '../base/steps.ts'
import { quoted } from '../problem/problem.ts'
import type { ColumnNames } from './columns.ts'
import { disabledGroupWarnings, MEMBERS, type UserGroup, userGroupSchema, userGroupWarnings } from './group.ts'
import { flagOf, type Import, importRows, listOf } from './import.ts'
import type { UserLean } from './user.ts'

const FIELDS = ['id', 'name', 'members', 'enabled']

const columns: ColumnNames = {
  fields: new Map([
    ...FIELDS.map((field) => [field, field] as const),
    ['group name', 'name'],
    ['added members', 'members'],
    ['enable', 'enabled'],
  ]),
  order: FIELDS,
}

/** A rotation has no column: the stored rotation stays. */
export function importGroups(
  bytes: Uint8Array,
  current: readonly UserGroup[],
  users: readonly UserLean[],
): Steps<Import<UserGroup>> {
  const known = new Map(users.map((user) => [user.id, user]))
  const isEnabled = (id: string) => known.get(id)?.enabled === true
  return importRows(bytes, current, {
    columns,
    schema: userGroupSchema,
    mostRows: LIMITS.userGroups,
    fields(cells) {
      const given: Record<string, unknown> = {}
      for (const [field, cell] of cells) {
        if (field === 'members') given[field] = listOf(cell, MEMBERS)
        else if (field === 'enabled') given[field] = flagOf(cell)
        else given[field] = cell === '' && field !== 'id' ? undefined : cell
      }
      return { given, problems: [] }
    },
    problems: ({ members }) =>
      members.flatMap((user, place) =>
        known.has(user)
          ? []
          : [{ path: `members[${place}]`, message: `names a user ${quoted(user)} that does not exist` }],
      ),
    warnings: (group) => [...userGroupWarnings(group), ...disabledGroupWarnings(group, isEnabled)],
  })
}
