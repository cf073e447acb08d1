/** White space as in Go's `unicode.IsSpace`; JavaScript's \s differs by U+0085 and U+FEFF. */
export function isSpace(character: string): boolean {
  return SPACE.test(character)
}

const SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/

/** The text without white space at the start and the end. A loop, because `/\s+$/` is quadratic in runs of spaces. */
export function trimSpace(text: string, space: (character: string) => boolean): string {
  let start = 0
  let end = text.length
  while (start < end && space(text[start]!)) start++
  while (end > start && space(text[end - 1]!)) end--
  return text.slice(start, end)
}
