import type { Fields } from './reading.ts'

/** Finds a field in a record. Undefined: the record has no such field. */
export type Lookup = (record: Fields) => unknown

/**
 * Beyond this number of parts, the parts can be joined with dots in too many ways; such a field is a single key or a
 * plain path.
 */
const MAX_JOINED = 8

/**
 * The field of a name. Dots lead into objects, and through arrays into every object of the array; but names of keys may
 * contain dots themselves, up to the whole name as a single key. The first path that exists counts, and plain paths
 * come first: nearly every name is a plain path.
 */
export function compileLookup(name: string): Lookup {
  const parts = name.split('.')
  const whole = ownKey(name)
  if (parts.length === 1) return whole
  if (parts.length > MAX_JOINED) return (record) => along(parts.map(ownKey), record) ?? whole(record)
  const [first, ...more] = parts.slice(0, -1).map((_, at) => {
    const key = ownKey(parts.slice(0, at + 1).join('.'))
    const rest = compileLookup(parts.slice(at + 1).join('.'))
    return (record: Fields) => inside(key(record), rest)
  }) as [Lookup, ...Lookup[]]
  return (record) => {
    const found = first(record)
    if (found !== undefined) return found
    for (const way of more) {
      const other = way(record)
      if (other !== undefined) return other
    }
    return whole(record)
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

/** Records come from strangers: `constructor` is a field only when the record has such a field of its own. */
function ownKey(key: string): Lookup {
  if (key in Object.prototype) return (record) => (Object.hasOwn(record, key) ? record[key] : undefined)
  return (record) => record[key]
}
