import { fold } from './fold.ts'
import { compileLookup, type Lookup } from './lookup.ts'
import { type Fields, isFields } from './reading.ts'

/**
 * One record as its rules see it. What a rule looked up or lower-cased is kept until the next record:
 * `turn` counts records, and what carries an older number is stale.
 */
export interface View {
  turn: number
  record: Fields
  slots: Map<string, Slot>
  /** Every text of the record, for keywords. */
  everything: Texts
}

/** One field of all rules. */
export interface Slot {
  lookup: Lookup
  turn: number
  value: unknown
  texts: Texts
}

/** The same texts as written and folded, each made when it is asked for. */
interface Texts {
  turn: number
  written: readonly string[]
  foldedTurn: number
  folded: readonly string[]
}

export function createView(): View {
  return { turn: 0, record: {}, slots: new Map(), everything: noTexts() }
}

function noTexts(): Texts {
  return { turn: 0, written: [], foldedTurn: 0, folded: [] }
}

export function slotOf(view: View, field: string): Slot {
  const known = view.slots.get(field)
  if (known !== undefined) return known
  const slot: Slot = { lookup: compileLookup(field), turn: 0, value: undefined, texts: noTexts() }
  view.slots.set(field, slot)
  return slot
}

export function fieldValue(view: View, slot: Slot): unknown {
  if (slot.turn !== view.turn) {
    slot.value = slot.lookup(view.record)
    slot.turn = view.turn
  }
  return slot.value
}

/** The field's values as texts: none when it is absent or null, one unless it is a list. */
export function textsOf(view: View, slot: Slot, folded: boolean): readonly string[] {
  const { texts } = slot
  if (texts.turn !== view.turn) {
    texts.written = valueTexts(fieldValue(view, slot))
    texts.turn = view.turn
  }
  return folded ? foldedOf(view, texts) : texts.written
}

/** Texts, numbers and booleans anywhere in the record; its field names are not among them. */
export function allTextsOf(view: View, folded: boolean): readonly string[] {
  const texts = view.everything
  if (texts.turn !== view.turn) {
    texts.written = leaves(view.record)
    texts.turn = view.turn
  }
  return folded ? foldedOf(view, texts) : texts.written
}

function foldedOf(view: View, texts: Texts): readonly string[] {
  if (texts.foldedTurn !== view.turn) {
    texts.folded = texts.written.map(fold)
    texts.foldedTurn = view.turn
  }
  return texts.folded
}

function valueTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap(valueTexts)
  // An object is its JSON, so that what stands somewhere inside it can be found.
  return [isFields(value) ? JSON.stringify(value) : String(value)]
}

/** Without recursion: how deep a record is, is its sender's choice. */
function leaves(record: Fields): string[] {
  const texts: string[] = []
  const open: unknown[] = [record]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) open.push(child)
    else if (value !== null && value !== undefined) texts.push(String(value))
  }
  return texts
}
