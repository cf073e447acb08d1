export interface FieldValues {
  /** The field exists, even with a null value or an empty list. */
  present: boolean
  /** The field's value, or the elements of the value when the value is a list. */
  values: unknown[]
}

/**
 * The specification knows flat records only. In nested records a dot leads a level deeper, unless a key itself contains
 * the dot; a list matches when an element matches. Where a name can be read in several ways, the first existing path
 * counts: `a.b.c` as a → b → c, then a → `b.c`, `a.b` → c, `a.b.c`.
 */
export function fieldOf(record: unknown, path: string): FieldValues {
  const found = walk(record, path.split('.'))
  return { present: found.length > 0, values: found.flatMap(elements) }
}

/** The values behind a name: a single value, or through a list a value for every element that has the name. */
function walk(value: unknown, parts: readonly string[]): unknown[] {
  if (parts.length === 0) return [value]
  if (Array.isArray(value)) return value.flatMap((element) => walk(element, parts))
  if (typeof value !== 'object' || value === null) return []
  const entries = new Map(Object.entries(value))
  for (let taken = 1; taken <= parts.length; taken++) {
    const key = parts.slice(0, taken).join('.')
    const found = entries.has(key) ? walk(entries.get(key), parts.slice(taken)) : []
    if (found.length > 0) return found
  }
  return []
}

function elements(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(elements) : [value]
}

/** "All values are treated as […] strings"; an object is its JSON text; null has no text. */
export function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Every text anywhere in the record, for keywords: "strings that are applied to the full log message". */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn)
  return typeof value === 'string' ? [value] : []
}
