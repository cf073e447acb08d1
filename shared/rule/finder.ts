import { flatMapSteps, type Steps } from '../base/steps.ts'
import { type Anchor, type AnchorSet, anchorSetsOf, SHORTEST_NEEDLE } from './anchor.ts'
import type { Expression } from './expression.ts'
import { fold } from './fold.ts'
import { buildNeedles, type Needles, scanNeedles } from './needles.ts'
import { compileSieve, type Sieve } from './sieve.ts'
import { allTextsOf, fieldValue, foldedText, type Slot, slotOf, textsOf, type View } from './view.ts'

/**
 * An index that leads from the values of a record to the rules that may match the record. The remaining rules are not
 * asked.
 */
export interface Finder<Entry> {
  byValue: readonly ValueIndex<Entry>[]
  bySubstring: readonly SubstringIndex<Entry>[]
  /** Rules without a usable anchor set, asked for every record. */
  unindexed: readonly Entry[]
}

/** Rules that need a certain value in a field. */
interface ValueIndex<Entry> {
  slot: Slot
  byValue: Map<string, Finder<Entry>>
  /** The same index by values as records write them, so that few values are folded. */
  byWrittenText: Map<string, Finder<Entry> | null>
  sieve: Sieve
}

/** Rules that need a certain text somewhere in a field's value. */
interface SubstringIndex<Entry> {
  /** Absent: every text of the record. */
  slot?: Slot
  needles: Needles<readonly Entry[]>
}

/** Values come from strangers: the number of remembered values must have a limit. */
const MAX_WRITTEN = 4_096
/** So few rules are asked faster than found. */
const FEW = 12
/** Fields that are looked up one after the other; every field divides the remaining rules. */
const MAX_DEPTH = 3

type ByField<Value> = Map<Anchor['field'], Map<string, Value[]>>

interface Candidate<Entry> {
  entry: Entry
  anchorSets: readonly AnchorSet[]
}

export function* compileFinder<Entry>(
  view: View,
  entries: readonly Entry[],
  detectionOf: (entry: Entry) => Expression,
): Steps<Finder<Entry>> {
  const candidates = yield* flatMapSteps(entries, UNITS_PER_RULE, (entry) => [
    { entry, anchorSets: anchorSetsOf(detectionOf(entry)) },
  ])
  return yield* divide(view, candidates, MAX_DEPTH)
}

/** A stage of a division looks at every rule. */
const UNITS_PER_RULE = 2

/** Values first: a look-up costs less than reading a text. */
function* divide<Entry>(view: View, candidates: readonly Candidate<Entry>[], depth: number): Steps<Finder<Entry>> {
  const stage = candidates.length * UNITS_PER_RULE
  const valueEntries: ByField<Candidate<Entry>> = new Map()
  const substringEntries: ByField<Entry> = new Map()
  const chosenValues = cheapestAnchorSets(candidates, ({ how }) => how === 'is')
  yield stage
  const left = candidates.filter((candidate) => !chosenValues.has(candidate))
  const chosenSubstrings =
    left.length <= FEW
      ? new Map<Candidate<Entry>, AnchorSet>()
      : cheapestAnchorSets(left, ({ text }) => text.length >= SHORTEST_NEEDLE)
  yield stage
  for (const [candidate, anchorSet] of chosenValues) {
    // A rule found by this value is not divided further by the same field.
    const rest = {
      entry: candidate.entry,
      anchorSets: candidate.anchorSets.filter((other) => other !== anchorSet && !sharesField(other, anchorSet)),
    }
    for (const anchor of anchorSet) push(valueEntries, anchor, rest)
  }
  for (const [{ entry }, anchorSet] of chosenSubstrings)
    for (const anchor of anchorSet) push(substringEntries, anchor, entry)
  yield stage
  const byValue: ValueIndex<Entry>[] = []
  for (const [field, values] of valueEntries) {
    const deep = new Map<string, Finder<Entry>>()
    for (const [value, some] of values) {
      const isLarge = some.length > FEW && depth > 1
      deep.set(value, isLarge ? yield* divide(view, some, depth - 1) : asked(some))
    }
    // The whole record is searched for parts of texts only, so a field has a name here.
    const slot = slotOf(view, field as string)
    byValue.push({ slot, byValue: deep, byWrittenText: new Map(), sieve: compileSieve(values.keys()) })
  }
  yield stage
  return {
    byValue,
    bySubstring: [...substringEntries].map(([field, texts]) => ({
      ...(field !== null && { slot: slotOf(view, field) }),
      needles: buildNeedles(texts),
    })),
    unindexed: left.filter((candidate) => !chosenSubstrings.has(candidate)).map(({ entry }) => entry),
  }
}

/** Rules that are asked one by one. */
function asked<Entry>(candidates: readonly Candidate<Entry>[]): Finder<Entry> {
  return { byValue: [], bySubstring: [], unindexed: candidates.map(({ entry }) => entry) }
}

function sharesField(anchorSet: AnchorSet, used: AnchorSet): boolean {
  return anchorSet.some(({ how, field }) => how === 'is' && used.some((anchor) => anchor.field === field))
}

/**
 * For every rule, the anchor set that probably leads to the rule the most rarely. The frequency of a value is not
 * known: a field with many different values in the rules tells records apart best, and so does a long text.
 */
function cheapestAnchorSets<Entry>(
  candidates: readonly Candidate<Entry>[],
  allowed: (anchor: Anchor) => boolean,
): Map<Candidate<Entry>, AnchorSet> {
  const values = new Map<Anchor['field'], Set<string>>()
  for (const { field, how, text } of candidates.flatMap(({ anchorSets }) => anchorSets.flat())) {
    if (how === 'is') values.set(field, (values.get(field) ?? new Set()).add(text))
  }
  const cost = (anchorSet: AnchorSet): number =>
    anchorSet.reduce((sum, { field, how, text }) => {
      return sum + (how === 'is' ? 1 / (values.get(field)?.size ?? 1) : 1 / text.length ** 2)
    }, 0)
  const best = new Map<Candidate<Entry>, AnchorSet>()
  for (const candidate of candidates) {
    const [first, ...more] = candidate.anchorSets.filter((anchorSet) => anchorSet.every(allowed))
    if (first === undefined) continue
    const least = more.reduce((a, b) => (cost(b) < cost(a) ? b : a), first)
    best.set(candidate, least)
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

/** Takes entries; always returns false, so the search goes on. */
type VisitEntries<Entry> = (entries: readonly Entry[]) => false

/** Gives `visit` every entry that may match the record; the same entry may come more than once. */
export function find<Entry>(view: View, finder: Finder<Entry>, visit: VisitEntries<Entry>): void {
  for (let i = 0; i < finder.byValue.length; i++) findByValue(view, finder.byValue[i] as ValueIndex<Entry>, visit)
  for (let i = 0; i < finder.bySubstring.length; i++)
    findBySubstring(view, finder.bySubstring[i] as SubstringIndex<Entry>, visit)
  if (finder.unindexed.length > 0) visit(finder.unindexed)
}

function findByValue<Entry>(view: View, by: ValueIndex<Entry>, visit: VisitEntries<Entry>): void {
  const value = readValue(view, by.slot)
  if (typeof value === 'string') {
    const found = by.sieve(value) ? findByText(by, value) : null
    if (found !== null) find(view, found, visit)
  } else if (value === UNREADABLE) {
    for (const found of by.byValue.values()) visitAll(found, visit)
  } else {
    for (const text of value) {
      const found = by.byValue.get(text)
      if (found !== undefined) find(view, found, visit)
    }
  }
}

function findByText<Entry>({ byValue, byWrittenText }: ValueIndex<Entry>, text: string): Finder<Entry> | null {
  const known = byWrittenText.get(text)
  if (known !== undefined) return known
  const found = byValue.get(fold(text)) ?? null
  if (byWrittenText.size >= MAX_WRITTEN) byWrittenText.clear()
  byWrittenText.set(text, found)
  return found
}

function findBySubstring<Entry>(view: View, by: SubstringIndex<Entry>, visit: VisitEntries<Entry>): void {
  const value = by.slot === undefined ? allTextsOf(view, true) : readValue(view, by.slot)
  if (value === UNREADABLE) for (const { value: entries } of [...by.needles.byGram.values()].flat()) visit(entries)
  else if (typeof value === 'string' && by.slot) scanNeedles(by.needles, foldedText(view, by.slot, value), visit)
  else for (const text of value) scanNeedles(by.needles, text, visit)
}

/** The field nests too deeply for this machine: every rule that reads the field is asked, and reports the failure. */
const UNREADABLE = null

/** A text as written; for values of another type, the folded texts. */
function readValue(view: View, slot: Slot): string | readonly string[] | typeof UNREADABLE {
  try {
    const value = fieldValue(view, slot)
    if (typeof value === 'string') return value
    return value === undefined || value === null ? NO_TEXTS : textsOf(view, slot, true)
  } catch {
    return UNREADABLE
  }
}

const NO_TEXTS: readonly string[] = []

function visitAll<Entry>(finder: Finder<Entry>, visit: VisitEntries<Entry>): void {
  for (const { byValue } of finder.byValue) for (const found of byValue.values()) visitAll(found, visit)
  for (const { needles } of finder.bySubstring)
    for (const { value: entries } of [...needles.byGram.values()].flat()) visit(entries)
  visit(finder.unindexed)
}
