/**
 * Keys of targets in JSON. A user is mostly reached through several channels, so keys with a user are stored as channels
 * that have the same users. Every text comes back as it was, a key of a target or not.
 */
export interface StoredKeys {
  /** Keys without a user. */
  keys?: string[]
  users?: [channels: string[], users: string[]][]
}

const USER = '@'

export function storedKeys(all: readonly string[]): StoredKeys {
  const keys: string[] = []
  const byChannel = new Map<string, string[]>()
  for (const key of all) {
    const at = key.indexOf(USER)
    if (at < 0) keys.push(key)
    else {
      const users = byChannel.get(key.slice(0, at)) ?? []
      byChannel.set(key.slice(0, at), users)
      users.push(key.slice(at + USER.length))
    }
  }
  const equal = Map.groupBy(byChannel, ([, users]) => JSON.stringify(users)).values()
  const users = Array.from(equal, (same): [string[], string[]] => [same.map(([channel]) => channel), same[0]![1]])
  return { ...(keys.length > 0 && { keys }), ...(users.length > 0 && { users }) }
}

/** The keys, in the order in which they are stored. */
export function keysOf({ keys = [], users = [] }: StoredKeys): string[] {
  const withUser = users.flatMap(([channels, names]) =>
    channels.flatMap((channel) => names.map((user) => channel + USER + user)),
  )
  return [...keys, ...withUser]
}
