type Handler<Given, Made> = (given: Given) => Promise<Made>

export interface Late<Given, Made> {
  handle: Handler<Given, Made>
  /** The next call makes the handler anew, without all that the handler kept in memory. Code stays loaded. */
  forget(): void
}

/**
 * A handler whose code is loaded at its first call: a host at rest has no code in memory that nobody asked for. A load
 * that failed is an error of that call, and the next call loads again.
 */
export function late<Given, Made>(load: () => Promise<Handler<Given, Made>>): Late<Given, Made> {
  let loading: Promise<Handler<Given, Made>> | undefined
  return {
    async handle(given) {
      loading ??= load().catch((error: unknown) => {
        loading = undefined
        throw error
      })
      const handle = await loading
      return await handle(given)
    },
    forget() {
      loading = undefined
    },
  }
}
