/**
 * Keys of targets in JSON. A user is mostly reached through several channels, so keys with a user are stored as channels
 * that have the same users. Every text comes back as it was, a key of a target or not.
 */
export interface StoredKeys {
  /** Keys without a user, front-coded. */
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
  return { ...(keys.length > 0 && { keys: frontCoded(keys) }), ...(users.length > 0 && { users }) }
}

/** The keys, in the order in which they are stored. */
export function keysOf({ keys = [], users = [] }: StoredKeys): string[] {
  const withUser = users.flatMap(([channels, names]) =>
    channels.flatMap((channel) => names.map((user) => channel + USER + user)),
  )
  return [...frontDecoded(keys), ...withUser]
}

/** A digit of base 36 says how many characters a key shares with the key before. */
const MOST_SHARED = 35

/** Channels of one account have similar ids, and the ids of many targets are most of a head. */
function frontCoded(keys: readonly string[]): string[] {
  return keys.map((key, index) => {
    const shared = sharedLength(keys[index - 1] ?? '', key)
    return shared.toString(36) + key.slice(shared)
  })
}

function frontDecoded(coded: readonly string[]): string[] {
  let before = ''
  return coded.map((text) => {
    before = before.slice(0, Number.parseInt(text[0] ?? '0', 36)) + text.slice(1)
    return before
  })
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length, MOST_SHARED)
  let length = 0
  while (length < most && a[length] === b[length]) length++
  return length
}
