/** The number of JSON texts, from the first text on, that have at most a number of bytes together. */
export function howManyFit(texts: Iterable<string>, bytes: number): number {
  let count = 0
  let left = bytes
  for (const text of texts) {
    left -= Buffer.byteLength(text)
    if (left < 0) break
    count++
  }
  return count
}

/** The JSON of each value, made when the text is asked for: texts behind a limit are not made. */
export function* jsonOf(things: readonly unknown[]): Generator<string> {
  for (const thing of things) yield JSON.stringify(thing)
}
