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
  /** Of a value that is a text, as nearly all are: the same folded. */
  foldedTurn: number
  folded: string
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
  const slot: Slot = {
    lookup: compileLookup(field),
    turn: 0,
    value: undefined,
    foldedTurn: 0,
    folded: '',
    texts: noTexts(),
  }
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

/** `value` is what the slot has for this record. */
export function foldedText(view: View, slot: Slot, value: string): string {
  if (slot.foldedTurn !== view.turn) {
    slot.folded = fold(value)
    slot.foldedTurn = view.turn
  }
  return slot.folded
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

/** Every text anywhere in the record; numbers and the names of fields are none. */
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
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null) for (const child of Object.values(value)) open.push(child)
  }
  return texts
}
