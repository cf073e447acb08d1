import type { Role } from '../../../shared/account/keys.ts'

/** Roles from the fewest rights to the most. */
export const RANKS = ['viewer', 'responder', 'editor', 'owner'] as const satisfies readonly Role[]

export function atLeast(role: Role, needed: Role): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(needed)
}
