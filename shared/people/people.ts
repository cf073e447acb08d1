import type { Calendar } from './calendar.ts'
import type { UserGroup } from './group.ts'
import type { UserLean } from './user.ts'

/** The people of an account, without personal data, ready for questions. */
export interface People {
  /** A number as text, which every change of people raises. */
  readonly revision: string
  user(id: string): UserLean | undefined
  group(id: string): UserGroup | undefined
  calendar(id: string): Calendar | undefined
}

/** The people of an account without users, at the revision before the first change. */
export const NOBODY: People = compilePeople('0', { users: [], userGroups: [], calendars: [] })

export function compilePeople(
  revision: string,
  sections: { users: readonly UserLean[]; userGroups: readonly UserGroup[]; calendars: readonly Calendar[] },
): People {
  const users = byId(sections.users)
  const groups = byId(sections.userGroups)
  const calendars = byId(sections.calendars)
  return {
    revision,
    user: (id) => users.get(id),
    group: (id) => groups.get(id),
    calendar: (id) => calendars.get(id),
  }
}

function byId<Entry extends { id: string }>(list: readonly Entry[]): Map<string, Entry> {
  return new Map(list.map((entry) => [entry.id, entry]))
}
