import { finish, type Steps } from '../base/steps.ts'
import { type Anchor, type AnchorSet, SHORTEST_NEEDLE } from './anchor.ts'
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
  byValue: Map<string, Branch<Entry>>
  /** The same index by values as records write them, so that few values are folded. */
  byWrittenText: Map<string, Finder<Entry> | null>
  sieve: Sieve
}

/** The rules of a value. Few records have most of thousands of values: the rules are divided when a record has the value. */
interface Branch<Entry> {
  candidates: readonly Candidate<Entry>[]
  depth: number
  finder: Finder<Entry> | undefined
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
/** So many rules are divided in a millisecond or two; more are divided in steps, before a record comes. */
const MANY = 500

type ByField<Value> = Map<Anchor['field'], Map<string, Value[]>>

interface Candidate<Entry> {
  entry: Entry
  anchorSets: readonly AnchorSet[]
  /** The set that led to this branch: the rule is not divided further by the same fields. */
  used?: AnchorSet
}

export function* compileFinder<Entry>(
  view: View,
  entries: readonly Entry[],
  anchorSetsOf: (entry: Entry) => readonly AnchorSet[],
): Steps<Finder<Entry>> {
  const candidates: Candidate<Entry>[] = []
  for (const entry of entries) {
    const anchorSets = anchorSetsOf(entry)
    candidates.push({ entry, anchorSets })
    yield UNITS_PER_RULE + anchorsIn(anchorSets)
  }
  return yield* divide(view, candidates, MAX_DEPTH)
}

/** A stage of a division looks at every rule, and at every anchor. */
const UNITS_PER_RULE = 2

function anchorsIn(anchorSets: readonly AnchorSet[]): number {
  return anchorSets.reduce((sum, { length }) => sum + length, 0)
}

/** Values first: a look-up costs less than reading a text. */
function* divide<Entry>(view: View, candidates: readonly Candidate<Entry>[], depth: number): Steps<Finder<Entry>> {
  const stage = candidates.length * UNITS_PER_RULE
  const valueEntries: ByField<Candidate<Entry>> = new Map()
  const substringEntries: ByField<Entry> = new Map()
  const chosenValues = yield* cheapestAnchorSets(candidates, ({ how }) => how === 'is')
  const left = candidates.filter((_, place) => chosenValues[place] === undefined)
  const chosenSubstrings =
    left.length <= FEW ? [] : yield* cheapestAnchorSets(left, ({ text }) => text.length >= SHORTEST_NEEDLE)
  for (const [place, { entry, anchorSets }] of candidates.entries()) {
    const used = chosenValues[place]
    if (used === undefined) continue
    const found = { entry, anchorSets, used }
    for (const anchor of used) push(valueEntries, anchor, found)
    yield used.length
  }
  for (const [place, anchorSet] of chosenSubstrings.entries()) {
    for (const anchor of anchorSet ?? []) push(substringEntries, anchor, left[place]!.entry)
    yield anchorSet?.length ?? 0
  }
  yield stage
  const byValue: ValueIndex<Entry>[] = []
  for (const [field, values] of valueEntries) {
    const deep = new Map<string, Branch<Entry>>()
    for (const [value, some] of values) {
      const branch: Branch<Entry> = { candidates: some, depth: depth - 1, finder: undefined }
      deep.set(value, branch)
      if (some.length > MANY) branch.finder = yield* dividedBranch(view, branch)
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
    unindexed: entriesOf(left.filter((_, place) => chosenSubstrings[place] === undefined)),
  }
}

function* dividedBranch<Entry>(view: View, { candidates, depth }: Branch<Entry>): Steps<Finder<Entry>> {
  return candidates.length > FEW && depth > 0
    ? yield* divide(view, candidates.map(withoutUsed), depth)
    : asked(candidates)
}

function withoutUsed<Entry>({ entry, anchorSets, used = [] }: Candidate<Entry>): Candidate<Entry> {
  return { entry, anchorSets: anchorSets.filter((other) => other !== used && !sharesField(other, used)) }
}

function finderOf<Entry>(view: View, branch: Branch<Entry>): Finder<Entry> {
  branch.finder ??= finish(dividedBranch(view, branch))
  return branch.finder
}

/** Rules that are asked one by one. */
function asked<Entry>(candidates: readonly Candidate<Entry>[]): Finder<Entry> {
  return { byValue: [], bySubstring: [], unindexed: entriesOf(candidates) }
}

function entriesOf<Entry>(candidates: readonly Candidate<Entry>[]): Entry[] {
  return candidates.map(({ entry }) => entry)
}

function sharesField(anchorSet: AnchorSet, used: AnchorSet): boolean {
  return anchorSet.some(({ how, field }) => how === 'is' && used.some((anchor) => anchor.field === field))
}

/**
 * For every rule, the anchor set that probably leads to the rule the most rarely; undefined: no set is allowed. The
 * frequency of a value is not known: a field with many different values in the rules tells records apart best, and so
 * does a long text.
 */
function* cheapestAnchorSets<Entry>(
  candidates: readonly Candidate<Entry>[],
  allowed: (anchor: Anchor) => boolean,
): Steps<(AnchorSet | undefined)[]> {
  const values = yield* valuesByField(candidates)
  const costOf = (anchorSet: AnchorSet): number => {
    let cost = 0
    for (const { field, how, text } of anchorSet) {
      cost += how === 'is' ? 1 / (values.get(field)?.size ?? 1) : 1 / text.length ** 2
    }
    return cost
  }
  const chosen: (AnchorSet | undefined)[] = []
  for (const { anchorSets } of candidates) {
    let cheapest: AnchorSet | undefined
    let least = Number.POSITIVE_INFINITY
    for (const anchorSet of anchorSets) {
      if (!anchorSet.every(allowed)) continue
      const cost = costOf(anchorSet)
      if (cost < least) [cheapest, least] = [anchorSet, cost]
    }
    chosen.push(cheapest)
    yield UNITS_PER_RULE + anchorsIn(anchorSets)
  }
  return chosen
}

function* valuesByField<Entry>(candidates: readonly Candidate<Entry>[]): Steps<Map<Anchor['field'], Set<string>>> {
  const values = new Map<Anchor['field'], Set<string>>()
  for (const { anchorSets } of candidates) {
    for (const anchorSet of anchorSets) {
      for (const { field, how, text } of anchorSet) {
        if (how !== 'is') continue
        const known = values.get(field)
        if (known === undefined) values.set(field, new Set([text]))
        else known.add(text)
      }
    }
    yield anchorsIn(anchorSets)
  }
  return values
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
    const found = by.sieve(value) ? findByText(view, by, value) : null
    if (found !== null) find(view, found, visit)
  } else if (value === UNREADABLE) {
    for (const { candidates } of by.byValue.values()) visit(entriesOf(candidates))
  } else {
    for (const text of value) {
      const branch = by.byValue.get(text)
      if (branch !== undefined) find(view, finderOf(view, branch), visit)
    }
  }
}

function findByText<Entry>(
  view: View,
  { byValue, byWrittenText }: ValueIndex<Entry>,
  text: string,
): Finder<Entry> | null {
  const known = byWrittenText.get(text)
  if (known !== undefined) return known
  const branch = byValue.get(fold(text))
  const found = branch === undefined ? null : finderOf(view, branch)
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
