import * as z from 'zod'

/** The id of a user or a user group, by the rule of Alibaba Cloud's ActionTrail ("Configure event alerts", step 3). */
const PERSON_ID = /^[A-Za-z][A-Za-z0-9_.-]{4,59}$/

export const personId = z
  .string()
  .regex(PERSON_ID, 'has 5 to 60 characters: a letter first, then letters, digits, "_", "." and "-"')

/** Characters of a name: those that a reader sees, so a letter outside the basic plane counts once. */
export const NAME_CHARS = 20

/** Characters that no name may have, by the same rule of ActionTrail. */
const FORBIDDEN = /["\\$|~?&<>{}`']/u
/** Control characters, and the invisible characters that turn the direction of a text round. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** The first reason why a text cannot be a name; undefined for a good name. `allowed`: characters taken all the same. */
export function nameProblem(name: string, { most = NAME_CHARS, allowed = '' } = {}): string | undefined {
  const chars = [...name]
  if (name.trim() === '') return 'must not be empty'
  if (chars.length > most) return `has ${chars.length} characters, at most ${most} are allowed`
  if (chars.some((char) => INVISIBLE.test(char))) return 'has an invisible character'
  const forbidden = chars.find((char) => FORBIDDEN.test(char) && !allowed.includes(char))
  return forbidden === undefined ? undefined : `must not have the character ${forbidden}`
}
