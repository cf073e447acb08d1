/*
 * The fields that are looked at in the bytes of a record, before the record is parsed.
 *
 * A rule's name of a field leads through objects, and through arrays into the items; a key may contain dots
 * (`shared/rule/lookup.ts`). So a value may belong to a field only if the keys on the way, joined with dots, are the
 * name of the field. The tree below has a node for every beginning of a name that ends with a dot.
 */

/** Whether the value from `from` to `to`, a text of ASCII without escapes, may be a value that a rule asks for. */
export type MayMatch = (bytes: Buffer, from: number, to: number) => boolean

/** A value that is looked for, or the way to such a value. */
export interface Watched {
  key: Uint8Array
  /** Absent: no field ends with this key. */
  test?: MayMatch
  /** Absent: no field goes on behind this key. */
  inside?: WatchNode
}

/** Keys by first letter, last letter and length. */
export interface WatchNode {
  slots: readonly (readonly Watched[])[]
}

const SLOTS = 128

export function watchTree(tests: ReadonlyMap<string, MayMatch>): WatchNode {
  const known = new Map<string, WatchNode>()
  const nodeOf = (prefix: string): WatchNode => {
    const made = known.get(prefix)
    if (made !== undefined) return made
    const fields = [...tests.keys()].filter((field) => field.startsWith(prefix))
    const keys = new Set(fields.flatMap((field) => beginnings(field.slice(prefix.length))))
    const slots: Watched[][] = Array.from({ length: SLOTS }, () => [])
    const node = { slots }
    known.set(prefix, node)
    for (const text of keys) {
      const key = Buffer.from(text)
      const deeper = `${prefix}${text}.`
      const inside = fields.some((field) => field.startsWith(deeper)) ? nodeOf(deeper) : undefined
      slots[slotOf(key, 0, key.length)]?.push({ key, test: tests.get(prefix + text), inside })
    }
    return node
  }
  return nodeOf('')
}

/** `a.b.c` begins with the keys `a`, `a.b` and `a.b.c`. */
function beginnings(text: string): string[] {
  const parts = text.split('.')
  return parts.map((_, last) => parts.slice(0, last + 1).join('.'))
}

/** The key with the bytes from `from` to `to`. */
export function watchedKey(node: WatchNode, bytes: Buffer, from: number, to: number): Watched | undefined {
  const candidates = node.slots[slotOf(bytes, from, to)] as readonly Watched[]
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as Watched
    if (candidate.key.length === to - from && isAt(candidate.key, bytes, from)) return candidate
  }
  return undefined
}

function isAt(key: Uint8Array, bytes: Buffer, from: number): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return false
  return true
}

function slotOf(bytes: Buffer, from: number, to: number): number {
  if (to <= from) return 0
  return ((to - from) * 7 + (bytes[from] as number) * 3 + (bytes[to - 1] as number)) & (SLOTS - 1)
}
