/**
 * The longest text that every match of the expression must contain; empty when no text is certain. Most records lack
 * the text, and a search for the text costs a fraction of running the expression.
 *
 * Only the parts outside of groups count. An expression with alternatives, or with flags inside, has no certain text: a
 * wrong answer here would lose matches.
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
    // A repeat or an option applies to the last character only.
    if (REPEAT.test(token)) run.pop()
    if (literal === undefined) end()
    else run.push(literal)
  }
  end()
  return longest
}

/** A repeat, an escape, a class (whose first `]` is a member), or a single character. */
const TOKEN =
  /[*+?]|\{\d+(?:,\d*)?\}|\\(?:x\{[^}]*\}|x..|[pP]\{[^}]*\}|[pP].|[0-7]{1,3}|.)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|./gsu
const REPEAT = /^(?:[*+?]|\{\d.*\})$/s

/** `(?i)` and the like, and `\Q…\E`; names and groups that are not captured are harmless. */
const FLAGS_OR_QUOTES = /\(\?(?!:|P<|<)|\\Q/

function literalOf(token: string): string | undefined {
  if (REPEAT.test(token)) return undefined
  if (!token.startsWith('\\')) return /^[^.^$()|[\]{}]$/su.test(token) ? token : undefined
  // An escaped sign stands for the sign; an escaped letter or digit is a class, a place or a code.
  const escaped = /^\\([^\w\s])$/.exec(token)
  return escaped?.[1]
}
