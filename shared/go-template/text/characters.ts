/** Classes of characters, as Go's package unicode has them. */

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const ALPHANUMERIC = /^[_\p{L}\p{Nd}]$/u

export function isPrintable(character: string): boolean {
  return PRINTABLE.test(character)
}

/** A character of a name in a template. */
export function isAlphanumeric(character: string): boolean {
  const code = character.charCodeAt(0)
  // Most names are ASCII, and the class of letters is large.
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code)
  return ALPHANUMERIC.test(character)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const OUTER_SPACE = new RegExp(`^${SPACE}|${SPACE}$`, 'g')

/** strings.TrimSpace. JavaScript's trim also removes U+FEFF, and leaves U+0085. */
export function trimSpace(text: string): string {
  return text.replace(OUTER_SPACE, '')
}
