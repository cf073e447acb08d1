import type { PlannedChange } from '../../../shared/document/plan.ts'
import { capProblems, quoted } from '../../../shared/problem/problem.ts'
import { listKeys } from '../../../shared/store/api-keys.ts'
import { emptyInbox } from '../../../shared/store/inbox.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Refusal } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'

/** The users whom a change removes. */
export function removedUsers(plan: readonly PlannedChange[]): string[] {
  return plan.flatMap(({ section, id, change }) => (section === 'users' && change === 'removed' ? [id] : []))
}

/** A key of a user acts as the user, so the user stays as long as the key. Undefined: no key needs the users. */
export async function neededByKeys(
  { table }: ApiDeps,
  { account }: Ask,
  users: readonly string[],
): Promise<Refusal | undefined> {
  if (users.length === 0) return undefined
  const gone = new Set(users)
  const needing = (await listKeys(table, account)).filter(({ user }) => user !== undefined && gone.has(user))
  if (needing.length === 0) return undefined
  const problems = needing.map(({ user = '', name }) => {
    return { path: 'users', message: `the key ${quoted(name)} belongs to the user ${quoted(user)}` }
  })
  const [first] = problems
  const message = `a user cannot be deleted: ${first?.message}`.slice(0, 400)
  return refuseWith(409, 'needed', message, { details: capProblems(problems) })
}

const AT_ONCE = 25

/** Safe twice: what is gone is gone. Not at all, after a crash or a failure: the messages expire. */
export async function emptyInboxes(
  { table, metrics }: ApiDeps,
  { account }: Ask,
  users: readonly string[],
): Promise<void> {
  try {
    for (let from = 0; from < users.length; from += AT_ONCE) {
      await Promise.all(users.slice(from, from + AT_ONCE).map((user) => emptyInbox(table, account, user)))
    }
  } catch {
    metrics.add('tocsin_errors_total', { function: 'api' })
  }
}
