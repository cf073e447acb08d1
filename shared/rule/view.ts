import { LIMITS } from '../base/limits.ts'
import { isObject } from '../base/value.ts'
import { fold } from './fold.ts'
import { compileLookup, type Lookup } from './lookup.ts'
import type { Fields } from './reading.ts'

/**
 * A record as the rules see the record. Values that a rule looked up or folded are kept until the next record: `turn`
 * counts records, and a value with an older number is stale.
 */
export interface View {
  turn: number
  record: Fields
  slots: Map<string, Slot>
  /** Every text of the record, for keywords. */
  everything: Texts
  /** Tests that are left for the record. */
  left: number
}

/** A field, shared by the rules that read the field. */
export interface Slot {
  lookup: Lookup
  turn: number
  value: unknown
  /** The folded text of `value`. Only for a value that is a text, as nearly all values are. */
  foldedTurn: number
  folded: string
  texts: Texts
}

/** The same texts as written and folded, both made on demand. */
interface Texts {
  turn: number
  written: readonly string[]
  foldedTurn: number
  folded: readonly string[]
}

export function createView(): View {
  return { turn: 0, record: {}, slots: new Map(), everything: noTexts(), left: 0 }
}

/** Counts the tests of texts, each of so many units. Throws when none are left: the rule fails on the record. */
export function spend(view: View, texts: number, each: number): void {
  view.left -= texts * each
  if (view.left < 0) throw new Error(`the record has too many texts: more than ${LIMITS.sigmaRecordTests} tests`)
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

/** `value` is the slot's value for this record. */
export function foldedText(view: View, slot: Slot, value: string): string {
  if (slot.foldedTurn !== view.turn) {
    slot.folded = fold(value)
    slot.foldedTurn = view.turn
  }
  return slot.folded
}

/** The field's values as texts: no text when the field is absent or null, a single text unless the value is a list. */
export function textsOf(view: View, slot: Slot, folded: boolean): readonly string[] {
  const { texts } = slot
  if (texts.turn !== view.turn) {
    texts.written = valueTexts(fieldValue(view, slot))
    texts.turn = view.turn
  }
  return folded ? foldedOf(view, texts) : texts.written
}

/** Every text anywhere in the record; numbers and the names of fields are not texts. */
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
  // An object becomes JSON, so that a search finds texts inside the object.
  return [isObject(value) ? JSON.stringify(value) : String(value)]
}

/** No recursion: the sender decides how deep a record is. */
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
