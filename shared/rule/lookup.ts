import type { Fields } from './reading.ts'

/** Finds a field in a record; undefined: it is not there. */
export type Lookup = (record: Fields) => unknown

/** Beyond this many names the ways to join them with dots are too many; such a field is one key or a plain path. */
const MAX_JOINED = 8

/**
 * The field of a name. Dots lead into objects, and through arrays into each of their objects; but names
 * of keys may hold dots themselves, so the longest key that is there wins.
 */
export function compileLookup(name: string): Lookup {
  const parts = name.split('.')
  const whole = ownKey(name)
  if (parts.length === 1) return whole
  if (parts.length > MAX_JOINED) return (record) => whole(record) ?? along(parts.map(ownKey), record)
  const ways = parts.slice(0, -1).map((_, at) => ({
    key: ownKey(parts.slice(0, at + 1).join('.')),
    rest: compileLookup(parts.slice(at + 1).join('.')),
  }))
  // The shortest first: real names are paths of single words.
  return (record) => {
    const literal = whole(record)
    if (literal !== undefined) return literal
    for (const { key, rest } of ways) {
      const found = inside(key(record), rest)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function inside(value: unknown, rest: Lookup): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return rest(value as Fields)
  const found = value.map((item) => inside(item, rest)).filter((one) => one !== undefined)
  return found.length === 0 ? undefined : found.flat()
}

function along([first, ...more]: readonly Lookup[], record: Fields): unknown {
  if (first === undefined) return record
  const value = first(record)
  return more.length === 0 ? value : inside(value, (next) => along(more, next))
}

/** Records come from strangers: `constructor` is a field only where the record has it. */
function ownKey(key: string): Lookup {
  if (key in Object.prototype) return (record) => (Object.hasOwn(record, key) ? record[key] : undefined)
  return (record) => record[key]
}
