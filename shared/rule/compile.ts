import { type Anchor, anchorsOf } from './anchor.ts'
import { type Check, compileCheck } from './check.ts'
import { fold } from './fold.ts'
import { isFields } from './reading.ts'
import type { Rule } from './rule.ts'
import { createView, fieldValue, type Slot, slotOf, textsOf, type View } from './view.ts'

export interface RuleSet {
  /**
   * The rules that hold for a record, in the order in which they were given. A rule that fails on the
   * record counts as one that does not hold, and is reported; it stops no other.
   */
  match(record: unknown, onError?: (rule: Rule, error: unknown) => void): readonly Rule[]
}

interface Entry {
  rule: Rule
  order: number
  check: Check
  /** The last record for which it was asked: several anchors may lead to one rule. */
  turn: number
}

/** Rules that need one field to have a certain value, by this value. */
interface FieldIndex {
  slot: Slot
  byValue: Map<string, Entry[]>
  /** The same by values as records write them, so that few are folded. */
  byWritten: Map<string, readonly Entry[]>
}

const NOTHING: readonly Rule[] = []
const NO_ENTRIES: readonly Entry[] = []
/** Values of one field come from strangers; what is remembered of them has an end. */
const MAX_WRITTEN = 4_096

export function compileRules(rules: readonly Rule[]): RuleSet {
  const view = createView()
  const checks = { view, known: new Map() }
  const entries = rules.map(
    (rule, order): Entry => ({ rule, order, check: compileCheck(checks, rule.detection), turn: 0 }),
  )
  const { indexes, always } = index(view, entries)
  return {
    match(record, onError) {
      if (!isFields(record)) return NOTHING
      view.turn++
      view.record = record
      let held: Entry[] | undefined
      const ask = (entry: Entry): void => {
        if (entry.turn === view.turn) return
        entry.turn = view.turn
        if (!holds(entry, onError)) return
        if (held === undefined) held = [entry]
        else held.push(entry)
      }
      for (const field of indexes) candidates(view, field, ask)
      for (const entry of always) ask(entry)
      // What was a record is not kept alive by the rules.
      view.record = {}
      return held === undefined ? NOTHING : inOrder(held)
    },
  }
}

function holds(entry: Entry, onError: ((rule: Rule, error: unknown) => void) | undefined): boolean {
  try {
    return entry.check()
  } catch (error) {
    onError?.(entry.rule, error)
    return false
  }
}

function inOrder(held: Entry[]): readonly Rule[] {
  if (held.length > 1) held.sort((a, b) => a.order - b.order)
  return held.map(({ rule }) => rule)
}

function candidates(view: View, field: FieldIndex, ask: (entry: Entry) => void): void {
  let found: readonly Entry[]
  try {
    found = foundBy(view, field)
  } catch {
    // The field cannot be read (it nests too deeply): its rules will say so, one by one.
    found = [...field.byValue.values()].flat()
  }
  for (let i = 0; i < found.length; i++) ask(found[i] as Entry)
}

function foundBy(view: View, { slot, byValue, byWritten }: FieldIndex): readonly Entry[] {
  const value = fieldValue(view, slot)
  if (value === undefined || value === null) return NO_ENTRIES
  if (typeof value !== 'string') return textsOf(view, slot, true).flatMap((text) => byValue.get(text) ?? NO_ENTRIES)
  const known = byWritten.get(value)
  if (known !== undefined) return known
  const found = byValue.get(fold(value)) ?? NO_ENTRIES
  if (byWritten.size >= MAX_WRITTEN) byWritten.clear()
  byWritten.set(value, found)
  return found
}

/** Each rule under its rarest anchors; those that have none are asked for every record. */
function index(view: View, entries: readonly Entry[]): { indexes: FieldIndex[]; always: Entry[] } {
  const ways = entries.map((entry) => anchorsOf(entry.rule.detection))
  const cost = costs(ways)
  const byField = new Map<string, FieldIndex>()
  const always: Entry[] = []
  for (const [order, entry] of entries.entries()) {
    const own = ways[order] ?? []
    const [first] = own
    if (first === undefined) {
      always.push(entry)
      continue
    }
    const best = own.reduce((a, b) => (cost(b) < cost(a) ? b : a), first)
    for (const anchor of best) add(view, byField, anchor, entry)
  }
  return { indexes: [...byField.values()], always }
}

/** How often a way is taken is not known; a field that rules ask for many values tells records apart best. */
function costs(ways: readonly Anchor[][][]): (way: readonly Anchor[]) => number {
  const values = new Map<string, Set<string>>()
  for (const { field, value } of ways.flat(2)) {
    const known = values.get(field)
    if (known === undefined) values.set(field, new Set([value]))
    else known.add(value)
  }
  return (way) => way.reduce((sum, { field }) => sum + 1 / (values.get(field)?.size ?? 1), 0)
}

function add(view: View, byField: Map<string, FieldIndex>, { field, value }: Anchor, entry: Entry): void {
  let index = byField.get(field)
  if (index === undefined) {
    index = { slot: slotOf(view, field), byValue: new Map(), byWritten: new Map() }
    byField.set(field, index)
  }
  const entries = index.byValue.get(value)
  if (entries === undefined) index.byValue.set(value, [entry])
  else if (entries.at(-1) !== entry) entries.push(entry)
}
