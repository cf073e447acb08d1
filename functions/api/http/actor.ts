import { quoted } from '../../../shared/problem/problem.ts'
import { invalid } from './body.ts'
import type { Ask, Refusal } from './route.ts'

type Caller = Pick<Ask, 'user' | 'name' | 'role'>

/**
 * The person behind a request, for timelines and silences. The deeds of a user's key are the user's, whatever a body
 * says; `said`: the person in the body, for other keys.
 */
export function actorOf({ user, name, role }: Caller, said?: string): string {
  return user ?? said ?? name ?? role
}

/** A body that names another person than the user of the key is refused: undefined, or the refusal. */
export function actorRefusal({ user }: Pick<Caller, 'user'>, said: string | undefined): Refusal | undefined {
  if (user === undefined || said === undefined || said === user) return undefined
  return invalid([{ path: 'by', message: `the key belongs to ${quoted(user)}: leave "by" out` }])
}
