/** An id that nothing has yet, made of a name that a person gave: `EventBridge integration` is `eventbridge-integration`. */
export function unusedId(name: string, taken: ReadonlySet<string>, randomBytes: (count: number) => Uint8Array): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60)
  const made = words.length > 0 ? words : `id-${Buffer.from(randomBytes(4)).toString('hex')}`
  if (!taken.has(made)) return made
  for (let count = 2; ; count++) {
    const next = `${made}-${count}`
    if (!taken.has(next)) return next
  }
}
