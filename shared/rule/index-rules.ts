import { type Anchor, anchorsOf } from './anchor.ts'
import type { Expression } from './expression.ts'
import { fold } from './fold.ts'
import { compileSieve, type Sieve } from './sieve.ts'
import { fieldValue, type Slot, slotOf, textsOf, type View } from './view.ts'

/** Rules that need one field to have a certain value, by this value. */
export interface Index<Entry> {
  slot: Slot
  byValue: Map<string, Entry[]>
  /** The same by values as records write them, so that few are folded. */
  byWritten: Map<string, readonly Entry[]>
  sieve: Sieve
}

/** Values come from strangers: what is remembered of them has an end. */
const MAX_WRITTEN = 4_096

/** Each rule under its rarest anchors; `others` have none and are asked for every record. */
export function indexed<Entry>(
  view: View,
  entries: readonly Entry[],
  detectionOf: (entry: Entry) => Expression,
): { indexes: Index<Entry>[]; others: Entry[] } {
  const ways = entries.map((entry) => anchorsOf(detectionOf(entry)))
  const cost = costs(ways)
  const byField = new Map<string, Map<string, Entry[]>>()
  const others: Entry[] = []
  for (const [order, entry] of entries.entries()) {
    const own = ways[order] ?? []
    const [first] = own
    if (first === undefined) others.push(entry)
    else for (const anchor of own.reduce((a, b) => (cost(b) < cost(a) ? b : a), first)) add(byField, anchor, entry)
  }
  const indexes = [...byField].map(([field, byValue]): Index<Entry> => {
    return { slot: slotOf(view, field), byValue, byWritten: new Map(), sieve: compileSieve(byValue.keys()) }
  })
  return { indexes, others }
}

/** How often a value occurs is not known; a field that rules ask for many values tells records apart best. */
function costs(ways: readonly Anchor[][][]): (way: readonly Anchor[]) => number {
  const values = new Map<string, Set<string>>()
  for (const { field, value } of ways.flat(2)) {
    const known = values.get(field)
    if (known === undefined) values.set(field, new Set([value]))
    else known.add(value)
  }
  return (way) => way.reduce((sum, { field }) => sum + 1 / (values.get(field)?.size ?? 1), 0)
}

function add<Entry>(byField: Map<string, Map<string, Entry[]>>, { field, value }: Anchor, entry: Entry): void {
  const byValue = byField.get(field) ?? new Map<string, Entry[]>()
  byField.set(field, byValue)
  const entries = byValue.get(value)
  if (entries === undefined) byValue.set(value, [entry])
  else if (entries.at(-1) !== entry) entries.push(entry)
}

/** The rules that the record's value may satisfy, and no others of this field. */
export function candidates<Entry>(view: View, index: Index<Entry>): readonly Entry[] {
  try {
    return found(view, index)
  } catch {
    // The field cannot be read (it nests too deeply): its rules will say so, one by one.
    const all: Entry[] = []
    for (const entries of index.byValue.values()) all.push(...entries)
    return all
  }
}

function found<Entry>(view: View, { slot, byValue, byWritten, sieve }: Index<Entry>): readonly Entry[] {
  const value = fieldValue(view, slot)
  if (typeof value !== 'string') {
    if (value === undefined || value === null) return NONE
    return textsOf(view, slot, true).flatMap((text): readonly Entry[] => byValue.get(text) ?? NONE)
  }
  if (!sieve(value)) return NONE
  const known = byWritten.get(value)
  if (known !== undefined) return known
  const entries = byValue.get(fold(value)) ?? NONE
  if (byWritten.size >= MAX_WRITTEN) byWritten.clear()
  byWritten.set(value, entries)
  return entries
}

const NONE: readonly never[] = []
