import { LIMITS } from '../base/limits.ts'
import type { Steps } from '../base/steps.ts'
import { quoted } from '../problem/problem.ts'
import type { ColumnNames } from './columns.ts'
import { MEMBERS, type UserGroup, userGroupSchema, userGroupWarnings } from './group.ts'
import { flagOf, type Import, importRows, listOf } from './import.ts'

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

/** A rotation has no column: the stored rotation stays. `isUser`: whether a user has the id. */
export function importGroups(
  bytes: Uint8Array,
  current: readonly UserGroup[],
  isUser: (id: string) => boolean,
): Steps<Import<UserGroup>> {
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
        isUser(user)
          ? []
          : [{ path: `members[${place}]`, message: `names a user ${quoted(user)} that does not exist` }],
      ),
    warnings: userGroupWarnings,
  })
}
