/**
 * The longest text that whatever matches the expression is sure to hold; empty when none is sure. Most
 * records lack it, and to look for it costs a fraction of running the expression.
 *
 * Only what stands outside of groups counts, and nothing at all when there are alternatives or flags
 * inside the expression: being wrong here would lose matches.
 */
export function requiredLiteral(source: string): string {
  if (FLAGS_OR_QUOTES.test(source)) return ''
  let longest = ''
  let run: string[] = []
  let depth = 0
  const end = (): void => {
    const literal = run.join('')
    if (literal.length > longest.length) longest = literal
    run = []
  }
  for (const [token = ''] of source.matchAll(TOKEN)) {
    const literal = depth === 0 ? literalOf(token) : undefined
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (token === '|' && depth === 0) return ''
    // What is repeated or optional is the last character only.
    if (REPEAT.test(token)) run.pop()
    if (literal === undefined) end()
    else run.push(literal)
  }
  end()
  return longest
}

/** A repeat, an escape, a class (whose first `]` is a member), or one character. */
const TOKEN =
  /[*+?]|\{\d+(?:,\d*)?\}|\\(?:x\{[^}]*\}|x..|[pP]\{[^}]*\}|[pP].|[0-7]{1,3}|.)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|./gsu
const REPEAT = /^(?:[*+?]|\{\d.*\})$/s

/** `(?i)` and the like, and `\Q…\E`; names and groups that are not captured are harmless. */
const FLAGS_OR_QUOTES = /\(\?(?!:|P<|<)|\\Q/

function literalOf(token: string): string | undefined {
  if (REPEAT.test(token)) return undefined
  if (!token.startsWith('\\')) return /^[^.^$()|[\]{}]$/su.test(token) ? token : undefined
  // An escaped sign is itself; an escaped letter or digit is a class, a place or a code.
  const escaped = /^\\([^\w\s])$/.exec(token)
  return escaped?.[1]
}
