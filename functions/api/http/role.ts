import type { Role } from '../../../shared/account/keys.ts'

/** From what may least to what may all. */
export const RANKS = ['viewer', 'responder', 'editor', 'owner'] as const satisfies readonly Role[]

export function atLeast(role: Role, needed: Role): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(needed)
}
