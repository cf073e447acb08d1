/** Ends a `switch` over a union: a case that was forgotten does not compile. */
export function never(value: never): never {
  throw new Error(`no case for ${JSON.stringify(value)}`)
}
