/** How many of them, from the first on, fit into so many bytes as JSON together. What is behind is not written out. */
export function howManyFit(things: readonly unknown[], bytes: number): number {
  let left = bytes
  const first = things.findIndex((thing) => {
    left -= Buffer.byteLength(JSON.stringify(thing))
    return left < 0
  })
  return first < 0 ? things.length : first
}
