/** Waits until `probe` gives something, and asks again every 50 ms; after the limit it says what it waited for. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  limitMs = 10_000,
): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
