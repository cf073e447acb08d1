/**
 * The number of values, from the first value on, that fit as JSON into a number of bytes together. Values behind the
 * limit are not serialised.
 */
export function howManyFit(things: readonly unknown[], bytes: number): number {
  let left = bytes
  const first = things.findIndex((thing) => {
    left -= Buffer.byteLength(JSON.stringify(thing))
    return left < 0
  })
  return first < 0 ? things.length : first
}
