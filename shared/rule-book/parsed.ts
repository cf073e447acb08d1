import type { Steps } from '../base/steps.ts'
import type { RuleEntry } from '../config/config.ts'
import type { Rule, RuleProblem } from '../rule/rule.ts'
import { type EntrySource, keepSource, sourceSteps } from './entries.ts'

/*
 * The rules of an account in the form that reading makes of their Sigma texts, beside the texts: to read ten thousand
 * texts takes fifty times as long as to read this form. The texts decide. The form names the texts and the reader that
 * made the form; a form of another reader or of other texts is not used, and the texts are read. The form is a JSON text
 * with a line for each entry, so that it is written and read in steps.
 */

/** Raised by a change after which the same text makes another rule. */
const READER = 3

/** Sources by entry. Positions are for authors, and are left out. */
export type Sources = ReadonlyMap<RuleEntry, EntrySource>

type LeanRule = Omit<Rule, 'origin' | 'references' | 'falsepositives' | 'fields'>

interface ParsedEntry {
  field: EntrySource['field']
  rules: LeanRule[]
  warnings?: RuleProblem[]
  /** Of `LIMITS.documentSigmaRegexSize` and of `LIMITS.documentSigmaTests`. */
  regexSteps: number
  tests: number
}

/** What stands around the entries: their reader, and the name of the texts. */
export function parsedFrame(of: string): { open: string; close: string } {
  return { open: `{"reader":${READER},"of":${JSON.stringify(of)},"entries":[`, close: ']}' }
}

/** Whether this reader made the form, by the first piece of the form. */
export function isKnownForm(piece: string): boolean {
  return piece.startsWith(`{"reader":${READER},`)
}

/** A line for each entry. Undefined: an entry that cannot be read. */
export function* parsedLines(entries: readonly (RuleEntry | undefined)[]): Steps<string[]> {
  const lines: string[] = []
  for (const entry of entries) {
    const isText = entry?.sigma !== undefined
    const line = isText ? JSON.stringify(parsedEntry(yield* sourceSteps(entry))) : 'null'
    lines.push(line)
    yield 1 + line.length / CHARS_PER_UNIT
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

/** The form of the lines. Empty: the form is of other texts or of another reader. */
export function* readParsedRules(text: string, of: string, entries: readonly RuleEntry[]): Steps<Sources> {
  const sources = new Map<RuleEntry, EntrySource>()
  const lines = text.split('\n')
  if (lines[0] !== parsedFrame(of).open || lines.length !== entries.length + 2) return sources
  for (const [place, entry] of entries.entries()) {
    const line = lines[place + 1]!.replace(/,$/, '')
    const known = JSON.parse(line) as ParsedEntry | null
    if (known !== null) sources.set(entry, sourceOfForm(known))
    yield 1 + line.length / CHARS_PER_UNIT
  }
  return sources
}

function sourceOfForm({ field, rules, warnings = [], regexSteps, tests }: ParsedEntry): EntrySource {
  // The form was parsed for this caller alone, and a copy of each rule would cost as much as a third of the reading.
  const whole = rules.map((lean): Rule => Object.assign(lean, LEFT_OUT))
  return { field, sigma: { rules: whole, ...NOTHING_ELSE, warnings, regexSteps, tests }, text: '' }
}

const LEFT_OUT = { references: [], falsepositives: [], fields: [] }
const NOTHING_ELSE = { correlations: [], filters: [], problems: [] }

/** Keeps the form of rules, so that a change of one rule among ten thousand reads one text. */
export function* keepParsedRules(text: string, of: string, entries: readonly RuleEntry[]): Steps<void> {
  for (const [entry, source] of yield* readParsedRules(text, of, entries)) {
    yield keepSource(entry, source)
  }
}
