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

/**
 * The form of a text with the most items that fits: `make` gives the form with so many items, or undefined where the
 * form is too large. A form with more items is taken to be larger. Undefined: no form fits, not even without an item.
 */
export function richest<Form>(items: number, make: (count: number) => Form | undefined): Form | undefined {
  const whole = make(items)
  if (whole !== undefined || items === 0) return whole
  let best = make(0)
  let [least, most] = [0, items]
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2)
    const form = make(middle)
    if (form === undefined) most = middle
    else [least, best] = [middle, form]
  }
  return best
}
