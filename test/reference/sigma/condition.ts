/** "Operator Precedence (least to most binding): or, and, not, x of search-identifier, ( expression )". */
export function conditionMatches(text: string, names: readonly string[], found: (name: string) => boolean): boolean {
  const words = text.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const value = either()
  if (at < words.length) throw new Error(`condition: ${words[at]} is not expected`)
  return value

  // Both sides are always read: the result of a side does not decide which words belong to the operator.
  function either(): boolean {
    let value = both()
    while (take('or')) value = both() || value
    return value
  }

  function both(): boolean {
    let value = negated()
    while (take('and')) value = negated() && value
    return value
  }

  function negated(): boolean {
    return take('not') ? !negated() : simple()
  }

  function simple(): boolean {
    if (take('(')) {
      const value = either()
      if (!take(')')) throw new Error('condition: a bracket is not closed')
      return value
    }
    const word = words[at++]
    if (word === undefined) throw new Error('condition: something is missing at its end')
    if (words[at] === 'of') {
      at++
      const wanted = named(words[at++] ?? '')
      if (word === 'all') return wanted.every(found)
      if (word === '1') return wanted.some(found)
      throw new Error(`condition: ${word} of`)
    }
    if (!names.includes(word)) throw new Error(`condition: ${word} is not in the detection`)
    return found(word)
  }

  function take(word: string): boolean {
    if (words[at] !== word) return false
    at++
    return true
  }

  /**
   * Names that begin with an underscore are left out by `them`, and by patterns, which are "Same as 1/all of them, but
   * restricted". A pattern that begins with an underscore itself would then name no search, so such a pattern includes
   * these names.
   */
  function named(pattern: string): string[] {
    const literal = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'))
    const wanted = pattern === 'them' ? /^/ : new RegExp(`^${literal.join('.*')}$`)
    const chosen = names.filter((name) => wanted.test(name) && (pattern.startsWith('_') || !name.startsWith('_')))
    if (chosen.length === 0) throw new Error(`condition: nothing is called ${pattern}`)
    return chosen
  }
}
