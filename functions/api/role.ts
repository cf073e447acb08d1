import type { Role } from '../../shared/account/keys.ts'

/** From what may least to what may all. */
const RANKS: readonly Role[] = ['viewer', 'responder', 'editor', 'owner']

export function atLeast(role: Role, needed: Role): boolean {
  return RANKS.indexOf(role) >= RANKS.indexOf(needed)
}
