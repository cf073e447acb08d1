/** Longer words are not compared, and of more words only the first: the sender decides how many there are. */
const MAX_CHARS = 64
const MAX_WORDS = 2_000

/** `; did you mean apply?`, or an empty text when no word is near. */
export function suggestion(word: string, known: Iterable<string>): string {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** The known word that the reader may have meant. Letters in capitals are the same letters. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word === '' || word.length > MAX_CHARS) return undefined
  const meant = word.toLowerCase()
  let best: { name: string; distance: number } | undefined
  let words = 0
  for (const name of known) {
    if (++words > MAX_WORDS) break
    const most = Math.min(Math.ceil(name.length / 3), (best?.distance ?? MAX_CHARS) - 1)
    const far = distance(meant, name.toLowerCase(), most)
    if (far <= most && name !== word) best = { name, distance: far }
  }
  return best?.name
}

/** The number of characters to add, drop or exchange (Levenshtein). The beginning of a word counts as near. */
function distance(from: string, to: string, most: number): number {
  if (to.startsWith(from)) return from === to ? 0 : 1
  if (Math.abs(from.length - to.length) > most) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const exchanged = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(exchanged, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
