import { type Anchor, anchorsOf, SHORTEST_NEEDLE } from './anchor.ts'
import type { Expression } from './expression.ts'
import { fold } from './fold.ts'
import { buildNeedles, type Needles, scanNeedles } from './needles.ts'
import { compileSieve, type Sieve } from './sieve.ts'
import { allTextsOf, fieldValue, foldedText, type Slot, slotOf, textsOf, type View } from './view.ts'

/** Leads from the values of a record to the rules that may hold for it; the others are not asked. */
export interface Finder<Entry> {
  exact: readonly ByValue<Entry>[]
  parts: readonly ByPart<Entry>[]
  /** Rules that nothing is known of. */
  others: readonly Entry[]
}

/** Rules that need one field to have a certain value. */
interface ByValue<Entry> {
  slot: Slot
  byValue: Map<string, Finder<Entry>>
  /** The same by values as records write them, so that few are folded. */
  byWritten: Map<string, Finder<Entry> | null>
  sieve: Sieve
}

/** Rules that need a certain text somewhere in a field's value. */
interface ByPart<Entry> {
  /** Absent: any text of the record. */
  slot?: Slot
  needles: Needles<readonly Entry[]>
}

/** Values come from strangers: what is remembered of them has an end. */
const MAX_WRITTEN = 4_096
/** So few rules are asked faster than they are found. */
const FEW = 12
/** Fields one after the other; each divides what is left. */
const MAX_DEPTH = 3

type ByField<Value> = Map<Anchor['field'], Map<string, Value[]>>

interface Placed<Entry> {
  entry: Entry
  ways: readonly Anchor[][]
}

export function compileFinder<Entry>(
  view: View,
  entries: readonly Entry[],
  detectionOf: (entry: Entry) => Expression,
): Finder<Entry> {
  const placed = entries.map((entry) => ({ entry, ways: anchorsOf(detectionOf(entry)) }))
  return divide(view, placed, MAX_DEPTH)
}

/** By values first: a look-up costs less than reading a text. */
function divide<Entry>(view: View, placed: readonly Placed<Entry>[], depth: number): Finder<Entry> {
  const exact: ByField<Placed<Entry>> = new Map()
  const parts: ByField<Entry> = new Map()
  const byValue = chosen(placed, ({ how }) => how === 'is')
  const left = placed.filter((one) => !byValue.has(one))
  const byPart =
    left.length <= FEW ? new Map<Placed<Entry>, Anchor[]>() : chosen(left, ({ text }) => text.length >= SHORTEST_NEEDLE)
  for (const [one, way] of byValue) {
    // Whoever is found by this value is not divided further by its field.
    const rest = { entry: one.entry, ways: one.ways.filter((other) => other !== way && !shares(other, way)) }
    for (const anchor of way) push(exact, anchor, rest)
  }
  for (const [{ entry }, way] of byPart) for (const anchor of way) push(parts, anchor, entry)
  return {
    exact: [...exact].map(([field, values]): ByValue<Entry> => {
      const byValue = new Map([...values].map(([value, some]) => [value, deeper(view, some, depth)]))
      // Only parts of texts are looked for in the whole record.
      return { slot: slotOf(view, field as string), byValue, byWritten: new Map(), sieve: compileSieve(values.keys()) }
    }),
    parts: [...parts].map(([field, texts]) => ({
      ...(field !== null && { slot: slotOf(view, field) }),
      needles: buildNeedles(texts),
    })),
    others: left.filter((one) => !byPart.has(one)).map(({ entry }) => entry),
  }
}

function deeper<Entry>(view: View, placed: readonly Placed<Entry>[], depth: number): Finder<Entry> {
  if (placed.length > FEW && depth > 1) return divide(view, placed, depth - 1)
  return { exact: [], parts: [], others: placed.map(({ entry }) => entry) }
}

function shares(way: readonly Anchor[], used: readonly Anchor[]): boolean {
  return way.some(({ how, field }) => how === 'is' && used.some((anchor) => anchor.field === field))
}

/**
 * Of each rule the way that probably leads to it the most rarely. How often a value occurs is not known;
 * a field that rules ask for many values tells records apart best, and so does a long text.
 */
function chosen<Entry>(
  placed: readonly Placed<Entry>[],
  allowed: (anchor: Anchor) => boolean,
): Map<Placed<Entry>, Anchor[]> {
  const values = new Map<Anchor['field'], Set<string>>()
  for (const { field, how, text } of placed.flatMap(({ ways }) => ways.flat())) {
    if (how === 'is') values.set(field, (values.get(field) ?? new Set()).add(text))
  }
  const cost = (way: readonly Anchor[]): number =>
    way.reduce((sum, { field, how, text }) => {
      return sum + (how === 'is' ? 1 / (values.get(field)?.size ?? 1) : 1 / text.length ** 2)
    }, 0)
  const best = new Map<Placed<Entry>, Anchor[]>()
  for (const one of placed) {
    const [first, ...more] = one.ways.filter((way) => way.every(allowed))
    if (first === undefined) continue
    const least = more.reduce((a, b) => (cost(b) < cost(a) ? b : a), first)
    best.set(one, least)
  }
  return best
}

function push<Value>(byField: ByField<Value>, { field, text }: Anchor, value: Value): void {
  const byText = byField.get(field) ?? new Map<string, Value[]>()
  byField.set(field, byText)
  const values = byText.get(text)
  if (values === undefined) byText.set(text, [value])
  else if (values.at(-1) !== value) values.push(value)
}

/** Takes some of the entries; never says that it has enough. */
type Ask<Entry> = (entries: readonly Entry[]) => false

/** Gives `ask` every entry that may hold for the record, some more than once. */
export function find<Entry>(view: View, finder: Finder<Entry>, ask: Ask<Entry>): void {
  for (let i = 0; i < finder.exact.length; i++) findByValue(view, finder.exact[i] as ByValue<Entry>, ask)
  for (let i = 0; i < finder.parts.length; i++) findByPart(view, finder.parts[i] as ByPart<Entry>, ask)
  if (finder.others.length > 0) ask(finder.others)
}

function findByValue<Entry>(view: View, by: ByValue<Entry>, ask: Ask<Entry>): void {
  const value = read(view, by.slot)
  if (typeof value === 'string') {
    const found = by.sieve(value) ? foundByText(by, value) : null
    if (found !== null) find(view, found, ask)
  } else if (value === UNREADABLE) {
    for (const found of by.byValue.values()) askEvery(found, ask)
  } else {
    for (const text of value) {
      const found = by.byValue.get(text)
      if (found !== undefined) find(view, found, ask)
    }
  }
}

function foundByText<Entry>({ byValue, byWritten }: ByValue<Entry>, text: string): Finder<Entry> | null {
  const known = byWritten.get(text)
  if (known !== undefined) return known
  const found = byValue.get(fold(text)) ?? null
  if (byWritten.size >= MAX_WRITTEN) byWritten.clear()
  byWritten.set(text, found)
  return found
}

function findByPart<Entry>(view: View, by: ByPart<Entry>, ask: Ask<Entry>): void {
  const value = by.slot === undefined ? allTextsOf(view, true) : read(view, by.slot)
  if (value === UNREADABLE) for (const { found } of [...by.needles.places.values()].flat()) ask(found)
  else if (typeof value === 'string' && by.slot) scanNeedles(by.needles, foldedText(view, by.slot, value), ask)
  else for (const text of value) scanNeedles(by.needles, text, ask)
}

/** The field nests too deeply for this machine: all rules that look at it are asked, and say so one by one. */
const UNREADABLE = null

/** A text as written, of all else the texts folded. */
function read(view: View, slot: Slot): string | readonly string[] | typeof UNREADABLE {
  try {
    const value = fieldValue(view, slot)
    if (typeof value === 'string') return value
    return value === undefined || value === null ? NO_TEXTS : textsOf(view, slot, true)
  } catch {
    return UNREADABLE
  }
}

const NO_TEXTS: readonly string[] = []

function askEvery<Entry>(finder: Finder<Entry>, ask: Ask<Entry>): void {
  for (const { byValue } of finder.exact) for (const found of byValue.values()) askEvery(found, ask)
  for (const { needles } of finder.parts) for (const { found } of [...needles.places.values()].flat()) ask(found)
  ask(finder.others)
}
