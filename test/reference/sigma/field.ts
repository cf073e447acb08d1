export interface Found {
  /** The field is there, be its value null or an empty list. */
  present: boolean
  /** Its value, or the elements of its value when that is a list. */
  values: unknown[]
}

/**
 * The specification knows flat records only. In nested ones a dot leads a level deeper, unless a key itself
 * has the dot; and what holds for one element of a list holds for the list.
 */
export function fieldOf(record: unknown, path: string): Found {
  const values: unknown[] = []
  const present = walk(record, path, values)
  return { present, values }
}

function walk(value: unknown, path: string, into: unknown[]): boolean {
  if (Array.isArray(value)) return value.map((element) => walk(element, path, into)).includes(true)
  if (typeof value !== 'object' || value === null) return false
  let present = false
  for (const [key, inner] of Object.entries(value)) {
    if (key === path) {
      into.push(...elements(inner))
      present = true
    } else if (path.startsWith(`${key}.`) && walk(inner, path.slice(key.length + 1), into)) {
      present = true
    }
  }
  return present
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
