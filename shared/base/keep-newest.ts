/**
 * Puts the entry behind all others in the map. With more than `most` entries the first one goes: the entry that nobody put
 * there for the longest time. Returns the key of the entry that went.
 */
export function keepNewest<Key, Value>(kept: Map<Key, Value>, key: Key, value: Value, most: number): Key | undefined {
  kept.delete(key)
  kept.set(key, value)
  if (kept.size <= most) return undefined
  const [oldest] = kept.keys()
  kept.delete(oldest!)
  return oldest
}
