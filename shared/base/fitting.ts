/** The number of sizes, from the first size on, that are at most a number of bytes together. */
export function howManyFit(sizes: Iterable<number>, bytes: number): number {
  let count = 0
  let left = bytes
  for (const size of sizes) {
    left -= size
    if (left < 0) break
    count++
  }
  return count
}

/** The size of each value as JSON, made when the size is asked for: values behind a limit are not written out. */
export function* jsonSizes(things: readonly unknown[]): Generator<number> {
  for (const thing of things) yield Buffer.byteLength(JSON.stringify(thing))
}
