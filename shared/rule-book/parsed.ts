import type { Steps } from '../base/steps.ts'
import type { RuleEntry } from '../config/config.ts'
import { type AnchorSet, anchorSetsOf } from '../rule/anchor.ts'
import { fold } from '../rule/fold.ts'
import { outlineOf, type RuleOutline } from '../rule/outline.ts'
import type { Rule, RuleProblem } from '../rule/rule.ts'
import type { Outlines } from './entries.ts'
import { type EntrySource, keepSource, sourceSteps } from './sources.ts'

/*
 * The rules of an account in the form that reading makes of their Sigma texts, beside the texts: to read ten thousand
 * texts takes fifty times as long as to read this form. The texts decide. The form names the texts and the reader that
 * made the form; a form of another reader or of other texts is not used, and the texts are read. The form is a JSON text
 * with two lines for each entry, so that it is written and read in steps: the outline by which the rules of the entry are
 * linked and found, and the rules whole, which stay a text until a record asks for them.
 */

/** Raised by a change after which the same text makes another rule. */
const READER = 3
/** Raised by a change of the lines, of which an entry has so many. A form of a later layout is not used. */
const LAYOUT = 2
/** The layout without outlines, which earlier releases wrote: a line for each entry, its rules whole. */
const WHOLE_ALONE = 1

type LeanRule = Omit<Rule, 'origin' | 'references' | 'falsepositives' | 'fields'>

interface ParsedEntry {
  field: EntrySource['field']
  rules: LeanRule[]
  warnings?: RuleProblem[]
  /** Of `LIMITS.documentSigmaRegexSize` and of `LIMITS.documentSigmaTests`. */
  regexSteps: number
  tests: number
}

/** The first line of an entry. An entry without parsed rules has the entry itself: its text is read. */
type EntryOutline = { id: string; enabled: boolean; rules: StoredOutline[] } | { entry: RuleEntry }

interface StoredOutline extends Pick<Rule, 'id' | 'name' | 'title' | 'logsource'> {
  anchorSets: StoredAnchors[]
}

/** The anchors of a set, each as three items. */
type StoredAnchors = (string | number | null)[]
const [HAS, IS] = [0, 1]

/** The text before and behind the entries. The first line names the reader, the layout and the texts of the form. */
export function parsedFrame(of: string): { open: string; close: string } {
  return { open: frame(LAYOUT, of), close: ']}' }
}

function frame(layout: number, of: string): string {
  const written = layout === WHOLE_ALONE ? '' : `"layout":${layout},`
  return `{"reader":${READER},${written}"of":${JSON.stringify(of)},"entries":[`
}

/** Whether the form is of this reader and layout, by the first piece of the form. */
export function isKnownForm(piece: string): boolean {
  return piece.startsWith(`{"reader":${READER},"layout":${LAYOUT},`)
}

/** The two lines of each entry. Undefined: an entry that cannot be read. */
export function* parsedLines(entries: readonly (RuleEntry | undefined)[]): Steps<string[]> {
  const lines: string[] = []
  for (const entry of entries) {
    const parsed = entry?.sigma === undefined ? null : parsedEntry(yield* sourceSteps(entry))
    const both = `${JSON.stringify(entryOutline(entry, parsed))},\n${JSON.stringify(parsed)}`
    lines.push(both)
    yield 1 + both.length / CHARS_PER_UNIT
  }
  return lines
}

const CHARS_PER_UNIT = 40

/**
 * Only entries of sound rules: problems are told with places, and correlations need the text. Null: read the text, as that
 * of a template is in any case, since another release ships another text.
 */
function parsedEntry({ field, sigma }: EntrySource): ParsedEntry | null {
  const { rules, correlations, filters, problems, warnings, regexSteps, tests } = sigma
  if (rules.length === 0 || correlations.length + filters.length + problems.length > 0) return null
  return {
    field,
    rules: rules.map(({ origin: _o, references: _r, falsepositives: _f, fields: _s, ...lean }) => lean),
    ...(warnings.length > 0 && { warnings }),
    ...{ regexSteps, tests },
  }
}

function entryOutline(entry: RuleEntry | undefined, parsed: ParsedEntry | null): EntryOutline | null {
  if (entry === undefined) return null
  if (parsed === null) return { entry }
  const rules = parsed.rules.map(({ id, name, title, logsource, detection }): StoredOutline => {
    return { id, name, title, logsource, anchorSets: anchorSetsOf(detection).map(storedAnchors) }
  })
  return { id: entry.id, enabled: entry.enabled, rules }
}

function storedAnchors(anchors: AnchorSet): StoredAnchors {
  return anchors.flatMap(({ field, how, text }) => [how === 'is' ? IS : HAS, field, text])
}

/** Texts are folded again: another release of Node may know a lower case of more characters. */
function anchorsOf(stored: StoredAnchors): AnchorSet {
  const anchors: AnchorSet[number][] = []
  for (let at = 0; at < stored.length; at += 3) {
    const how = stored[at] === IS ? 'is' : 'has'
    anchors.push({ field: stored[at + 1] as string | null, how, text: fold(stored[at + 2] as string) })
  }
  return anchors
}

/** Entries and the outlines of their rules, so that the texts of sound rules need not be read. */
export interface OutlinedEntries {
  entries: readonly RuleEntry[]
  outlines: Outlines
}

/**
 * The entries of a form; of an entry with outlines only `id` and `enabled`. Undefined: the form is of other texts or of
 * another reader, or the layout has no outlines.
 */
export function* readOutlines(text: string, of: string): Steps<OutlinedEntries | undefined> {
  const lines = text.split('\n')
  if (lines[0] !== frame(LAYOUT, of)) return undefined
  const entries: RuleEntry[] = []
  const outlines = new Map<RuleEntry, readonly RuleOutline[]>()
  for (let at = 1; at < lines.length - 2; at += 2) {
    const line = lineAt(lines, at)
    const outline = JSON.parse(line) as EntryOutline
    const entry = 'entry' in outline ? outline.entry : { id: outline.id, enabled: outline.enabled }
    entries.push(entry)
    if ('rules' in outline) outlines.set(entry, outlinesOf(outline.rules, lineAt(lines, at + 1)))
    yield 1 + line.length / CHARS_PER_UNIT
  }
  return { entries, outlines }
}

function lineAt(lines: readonly string[], at: number): string {
  const line = lines[at]!
  return line.endsWith(',') ? line.slice(0, -1) : line
}

/** `line`: the rules whole. */
function outlinesOf(stored: readonly StoredOutline[], line: string): RuleOutline[] {
  let whole: readonly Rule[] | undefined
  return stored.map(({ id, name, title, logsource, anchorSets }, place) => ({
    ...{ id, name, title, logsource },
    anchorSets: () => anchorSets.map(anchorsOf),
    rule() {
      whole ??= rulesOf(JSON.parse(line) as ParsedEntry)
      return whole[place]!
    },
  }))
}

/** Sources by entry. Positions are for authors, and are left out. */
type Sources = ReadonlyMap<RuleEntry, EntrySource>

/** The rules of a form whole, in each layout. Empty: the form is of other texts or of another reader. */
export function* readParsedRules(text: string, of: string, entries: readonly RuleEntry[]): Steps<Sources> {
  const sources = new Map<RuleEntry, EntrySource>()
  const lines = text.split('\n')
  const layout = [WHOLE_ALONE, LAYOUT].find((one) => lines[0] === frame(one, of))
  if (layout === undefined || lines.length !== entries.length * layout + 2) return sources
  for (const [place, entry] of entries.entries()) {
    // The last line of an entry has the rules whole.
    const line = lineAt(lines, (place + 1) * layout)
    const known = JSON.parse(line) as ParsedEntry | null
    if (known !== null) sources.set(entry, sourceOf(known))
    yield 1 + line.length / CHARS_PER_UNIT
  }
  return sources
}

function sourceOf(parsed: ParsedEntry): EntrySource {
  const { field, warnings = [], regexSteps, tests } = parsed
  return { field, sigma: { rules: rulesOf(parsed), ...NOTHING_ELSE, warnings, regexSteps, tests }, text: '' }
}

/** A form is parsed for one caller alone, and a copy of each rule would cost as much as a third of the reading. */
function rulesOf({ rules }: ParsedEntry): Rule[] {
  return rules.map((lean): Rule => Object.assign(lean, LEFT_OUT))
}

const LEFT_OUT = { references: [], falsepositives: [], fields: [] }
const NOTHING_ELSE = { correlations: [], filters: [], problems: [] }

/** The rules of a form with the given entries whole. */
export function* readWholeOutlines(text: string, of: string, entries: readonly RuleEntry[]): Steps<Outlines> {
  const sources = yield* readParsedRules(text, of, entries)
  return new Map([...sources].map(([entry, { sigma }]) => [entry, sigma.rules.map(outlineOf)]))
}

/** Keeps the form of rules, so that a change of one rule among ten thousand reads one text. */
export function* keepParsedRules(text: string, of: string, entries: readonly RuleEntry[]): Steps<void> {
  for (const [entry, source] of yield* readParsedRules(text, of, entries)) {
    yield keepSource(entry, source)
  }
}
