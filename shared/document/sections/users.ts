import * as z from 'zod'
import { LIMITS } from '../../base/limits.ts'
import { isObject } from '../../base/value.ts'
import { hasMask, maskUser, unmaskUser } from '../../people/mask.ts'
import { type User, userSchema, userWarnings } from '../../people/user.ts'
import { under } from '../../problem/problem.ts'
import { readList } from '../reading/list.ts'
import { type EntryResult, readEntry } from '../reading/mapping.ts'
import { createReadOnce } from '../reading/read-once.ts'
import { type Collection, entriesById, type Shown } from './section.ts'
import { shownWarnings, withoutWarnings } from './shown-warnings.ts'

/** `users`: the people who can be told. */
export const usersSection: Collection<'users'> = {
  key: 'users',
  name: 'users',
  one: 'user',
  limit: LIMITS.users,
  *read(given, { current }) {
    const stored = new Map(current.users.map((user) => [user.id, user]))
    const list = yield* readList(given, { limit: LIMITS.users, nameField: 'id' }, (entry) => readUser(entry, stored))
    return {
      value: list.entries.map(({ value }) => value),
      problems: list.problems,
      names: list.names,
      warnings: list.entries.flatMap(({ place, value }) => under(`[${place}]`, userWarnings(value))),
    }
  },
  prepare: (list) => once.prepare(Array.isArray(list) ? list.filter((user) => !hasMask(user)) : []),
  show: (users) => users.map(shown),
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

function shown(user: User): Shown {
  const entry = { ...user }
  once.know(entry, user)
  return entry
}

/** An entry as documents and answers have the entry. */
const described = z.strictObject({ ...userSchema.shape, ...shownWarnings }).meta({ id: 'User' })

/** Entries without a mask, which say all by themselves. */
const once = createReadOnce((given) => readEntry(userSchema, withoutWarnings(given)))

/** A mask that is put back keeps the stored value. */
function readUser(given: unknown, stored: ReadonlyMap<string, User>): EntryResult<User> {
  if (!isObject(given) || !hasMask(given)) return once.read(given)
  const known = typeof given.id === 'string' ? stored.get(given.id) : undefined
  const { user, problems } = unmaskUser(given, known)
  const read = readEntry(userSchema, withoutWarnings(user))
  if (problems.length === 0) return read
  const masked = new Set(problems.map(({ path }) => path))
  const others = read.ok ? [] : read.problems.filter(({ path }) => !masked.has(path))
  return { ok: false, problems: [...problems, ...others] }
}
