/** A character as written, an arbitrary text, an arbitrary character, or a choice of characters. */
export type Token = string | typeof ANY_TEXT | typeof ANY_CHARACTER | { oneOf: readonly string[] }

export const ANY_TEXT = Symbol('*')
const ANY_CHARACTER = Symbol('?')

/**
 * "Plain backslash not followed by a wildcard can be expressed as single `\` or double backslash `\\`." "A wildcard has
 * to be escaped to be handled as a plain character." So a backslash hides the meaning of a wildcard or of another
 * backslash, and is a backslash before every other character.
 */
export function parsePattern(text: string): Token[] {
  const tokens: Token[] = []
  const characters = [...text]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string
    const next = characters[at + 1]
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      tokens.push(next)
      at++
    } else if (character === '*') tokens.push(ANY_TEXT)
    else if (character === '?') tokens.push(ANY_CHARACTER)
    else tokens.push(character)
  }
  return tokens
}

/** The text of a pattern without wildcards, for modifiers that change texts. */
export function plainText(tokens: readonly Token[]): string {
  if (!tokens.every((token) => typeof token === 'string')) throw new Error('wildcards cannot be encoded')
  return tokens.join('')
}

/** The whole text has to match; "values are treated as case-insensitive strings" unless `cased`. */
export function patternMatches(tokens: readonly Token[], text: string, cased: boolean): boolean {
  const fold = (character: string): string => (cased ? character : character.toLowerCase())
  const characters = [...text].map(fold)
  // The places of the text that the tokens so far can reach.
  let reached = new Set([0])
  for (const token of tokens) {
    const next = new Set<number>()
    for (const at of reached) {
      if (token === ANY_TEXT) for (let to = at; to <= characters.length; to++) next.add(to)
      else if (at < characters.length && accepts(token, characters[at] as string, fold)) next.add(at + 1)
    }
    reached = next
  }
  return reached.has(characters.length)
}

function accepts(token: Token, character: string, fold: (character: string) => string): boolean {
  if (token === ANY_CHARACTER) return true
  if (typeof token === 'string') return fold(token) === character
  return typeof token === 'object' && token.oneOf.includes(character)
}
