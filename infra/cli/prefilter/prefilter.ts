import { type Anchor, type AnchorSet, anchorSetsOf } from '../../../shared/rule/anchor.ts'
import type { Fields } from '../../../shared/rule/reading.ts'
import type { Rule } from '../../../shared/rule/rule.ts'
import { createRarity } from './rarity.ts'
import { createScanner, PARSE, type Scanner } from './scan.ts'
import { type MayMatch, watchTree } from './watch.ts'

/*
 * Most records match no rule, and most rules need a certain value in a certain field: an anchor (`shared/rule/anchor.ts`).
 * A line in which no rule finds an anchor is counted as a record and is not parsed. Why no match is lost:
 *
 * - A rule has an anchor set, and a record that the rule matches contains an anchor of the set. A single rule without a
 *   set, such as a rule made of negations, leaves no prefilter. Filters are part of the rules' conditions.
 * - A value is compared as the rules compare: without regard to case. Lower case of an ASCII text is ASCII, so an ASCII
 *   text fits only ASCII anchors. A watched value with a byte beyond ASCII is not judged (`K` folds to `k`), nor a
 *   value with an escape, nor a key with an escape on the way to a watched field: such a line is parsed.
 * - In a watched field only a text is judged. A number, `true` and `false` are texts for rules, in the spelling of
 *   JavaScript, a list is the texts of the items, and an object is a text of JSON: such a line is parsed. Null is no text.
 * - Of two equal keys JSON.parse takes the last. The value of either key is judged here.
 * - The line is a record, not a wrapping of records: `eventID` stands at the top, or `eventId` without the fields of a
 *   line of CloudWatch Logs (`isRecord`). A list's key of a wrapping at the top makes the line be parsed.
 * - Correlations count matches of rules. A record without a match counts nowhere.
 */

export interface Prefilter {
  /** The place behind the record that begins at `at`, if no rule matches the record; otherwise `PARSE`. */
  skip(bytes: Buffer, at: number): number
}

/** Undefined: a rule may match any record. The sample tells how rare an anchor is, no more. */
export function createPrefilter(
  rules: readonly Pick<Rule, 'detection'>[],
  sample: readonly Fields[],
): Prefilter | undefined {
  const rarity = createRarity(sample)
  const chosen: AnchorSet[] = []
  for (const { detection } of rules) {
    const possible = anchorSetsOf(detection).filter((set) =>
      set.every(({ field }) => field !== null && !IDENTITY.includes(field)),
    )
    const [first, ...more] = possible.map((set) => ({ set, found: rarity(set) }))
    if (first === undefined) return undefined
    chosen.push(more.reduce((a, b) => (b.found < a.found ? b : a), first).set)
  }
  const tests = new Map<string, MayMatch>()
  for (const [field, anchors] of byField(chosen)) tests.set(field, anchorTest(anchors))
  for (const key of OF_WRAPPINGS) tests.set(key, () => true)
  let hasId = false
  for (const key of IDENTITY) {
    tests.set(key, (_bytes, from, to) => {
      hasId = true
      return to === from
    })
  }
  const scanner: Scanner = createScanner(watchTree(tests))
  return {
    skip(bytes, at) {
      hasId = false
      const end = scanner.scan(bytes, at)
      return hasId ? end : PARSE
    },
  }
}

/** A text in such a field, not empty, makes an object a record with an identity. */
const IDENTITY = ['eventID', 'eventId']
/** Keys at the top that a line of CloudWatch Logs or an event of Kinesis has, and the keys before a list that the splitter takes apart. */
const OF_WRAPPINGS = ['message', 'timestamp', 'kinesis', 'Records', 'Events', 'events', 'logEvents']

function byField(sets: readonly AnchorSet[]): Map<string, Anchor[]> {
  const all = new Map<string, Anchor[]>()
  for (const anchor of sets.flat()) {
    const field = anchor.field as string
    const known = all.get(field)
    if (known === undefined) all.set(field, [anchor])
    else known.push(anchor)
  }
  return all
}

/** The bit by which ASCII letters of two cases differ. Further characters that the bit makes equal cost a look only. */
const CASE = 0x20
const LENGTHS = 64

function anchorTest(anchors: readonly Anchor[]): MayMatch {
  const values = new Set(anchors.filter(({ how }) => how === 'is').map(({ text }) => text))
  const needles = [...new Set(anchors.filter(({ how }) => how === 'has').map(({ text }) => text))]
  const shortest = Math.min(...needles.map((needle) => needle.length))
  // Length and ends tell nearly every value apart before a string is made.
  const marks = new Uint8Array(LENGTHS * LENGTHS)
  for (const value of values) marks[markOf(value.length, value.charCodeAt(0), value.charCodeAt(value.length - 1))] = 1
  return (bytes, from, to) => {
    const long = to - from >= shortest
    if (!long && marks[markOf(to - from, bytes[from] as number, bytes[to - 1] as number)] === 0) return false
    const text = bytes.toString('latin1', from, to).toLowerCase()
    return values.has(text) || (long && needles.some((needle) => text.includes(needle)))
  }
}

function markOf(length: number, first: number, last: number): number {
  if (length === 0) return 0
  return ((length & (LENGTHS - 1)) * LENGTHS + (((first | CASE) * 5 + (last | CASE)) & (LENGTHS - 1))) as number
}
