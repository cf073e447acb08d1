import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { maskUser, unmaskUser } from '../../people/mask.ts'
import { type User, userSchema, userWarnings } from '../../people/user.ts'
import { under } from '../../problem/problem.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, isMapping, readEntry } from '../reading/mapping.ts'
import { type Collection, entriesById } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'

/** `users`: the people who can be told. */
export const usersSection: Collection<'users'> = {
  key: 'users',
  name: 'users',
  one: 'user',
  limit: LIMITS.users,
  read(given, { current }) {
    const stored = new Map(current.users.map((user) => [user.id, user]))
    const list = readList(given, { limit: LIMITS.users, nameField: 'id' }, (entry) =>
      readUser(withoutWarnings(entry), stored),
    )
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, userWarnings(value))),
    }
  },
  show: (users) => users.map((user) => ({ ...user })),
  veil: (users) => users.map((user) => ({ ...maskUser(user) })),
  entries: entriesById,
  entryWarnings: (users, id) => users.filter((user) => user.id === id).flatMap(userWarnings),
  collection: true,
  get schema() {
    return z.array(described).max(LIMITS.users)
  },
  get entry() {
    return described
  },
}

/** An entry as documents and answers have the entry. */
const described = z.strictObject({ ...userSchema.shape, ...shownWarnings }).meta({ id: 'User' })

/**
 * A mask that is put back keeps the stored value. A user as stored was checked before: a change of one of 10,000 users
 * checks this one.
 */
function readUser(given: unknown, stored: ReadonlyMap<string, User>): EntryResult<User> {
  if (!isMapping(given)) return readEntry(userSchema, given)
  const known = typeof given.id === 'string' ? stored.get(given.id) : undefined
  const { user, problems } = unmaskUser(given, known)
  if (known !== undefined && problems.length === 0 && isDeepStrictEqual(user, known)) return { ok: true, value: known }
  const read = readEntry(userSchema, user)
  if (problems.length === 0) return read
  const masked = new Set(problems.map(({ path }) => path))
  const others = read.ok ? [] : read.problems.filter(({ path }) => !masked.has(path))
  return { ok: false, problems: [...problems, ...others] }
}
