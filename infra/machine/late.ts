/**
 * A handler whose code is loaded at its first call: a host at rest has no code in memory that nobody asked for. A load
 * that failed is an error of that call, and the next call loads again.
 */
export function late<Given, Made>(load: () => Promise<(given: Given) => Promise<Made>>) {
  let loading: Promise<(given: Given) => Promise<Made>> | undefined
  return async (given: Given): Promise<Made> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    const handle = await loading
    return await handle(given)
  }
}
