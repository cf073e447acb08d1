import type { RuleEntry } from '../config/config.ts'
import { emptySigma } from '../rule/parse.ts'
import type { Rule } from '../rule/rule.ts'
import { type EntrySource, sourceOf } from './entries.ts'

/*
 * The rules of an account in the form that reading makes of their Sigma texts, beside the texts: to read ten thousand
 * texts takes fifty times as long as to read this form. The texts decide. The form names the texts and the reader that
 * made the form; a form of another reader or of other texts is not used, and the texts are read.
 */

/** Raised by a change after which the same text makes another rule. */
const READER = 2

/** Sources by entry. Positions and warnings are for authors, and are left out. */
export type Sources = ReadonlyMap<RuleEntry, EntrySource>

type LeanRule = Omit<Rule, 'origin' | 'references' | 'falsepositives' | 'fields'>

interface ParsedRules {
  reader: number
  /** Names the texts. */
  of: string
  /** In the order of the entries. Null: the text of the entry has to be read. */
  entries: ({ field: EntrySource['field']; rules: LeanRule[] } | null)[]
}

export function parsedRulesText(entries: readonly RuleEntry[], of: string): string {
  const parsed: ParsedRules = { reader: READER, of, entries: entries.map(parsedEntry) }
  return JSON.stringify(parsed)
}

/** Only entries of sound rules: problems are told with places, and correlations need the text. */
function parsedEntry(entry: RuleEntry): ParsedRules['entries'][number] {
  const { field, sigma } = sourceOf(entry)
  const { rules, correlations, filters, problems } = sigma
  if (rules.length === 0 || correlations.length + filters.length + problems.length > 0) return null
  return {
    field,
    rules: rules.map(({ origin: _o, references: _r, falsepositives: _f, fields: _s, ...lean }) => lean),
  }
}

/** Empty: the form is of other texts or of another reader. */
export function readParsedRules(text: string, of: string, entries: readonly RuleEntry[]): Sources {
  const parsed = JSON.parse(text) as ParsedRules
  const sources = new Map<RuleEntry, EntrySource>()
  if (parsed.reader !== READER || parsed.of !== of || parsed.entries.length !== entries.length) return sources
  for (const [place, entry] of entries.entries()) {
    const known = parsed.entries[place]
    if (!known) continue
    const rules = known.rules.map((lean): Rule => ({ ...lean, ...LEFT_OUT }))
    sources.set(entry, { field: known.field, sigma: { ...emptySigma(), rules }, text: '' })
  }
  return sources
}

const LEFT_OUT = { references: [], falsepositives: [], fields: [] }
