import { fold } from './fold.ts'
import { compileGlob, type TextTest } from './glob.ts'
import { compileNeedles } from './needles.ts'
import { isWild, literalOf, type Pattern } from './pattern.ts'

/** Below this number, a comparison per value is faster than cutting the text. */
const FEW = 8

/** The patterns of a field by their shape, so that thousands of values cost about as much as a single value. */
interface PatternsByShape {
  exact: string[]
  starts: string[]
  ends: string[]
  parts: string[]
  others: Pattern[]
  everything: boolean
}

/** Whether a text fits a pattern. Unless `cased`, the caller has to fold the text. */
export function compilePatterns(patterns: readonly Pattern[], cased: boolean): TextTest {
  const shapes = groupByShape(cased ? patterns : patterns.map(folded))
  if (shapes.everything) return () => true
  const tests: TextTest[] = []
  if (shapes.exact.length > 0) tests.push(exactly(shapes.exact))
  if (shapes.starts.length > 0) tests.push(byLength(shapes.starts, starts, (text, length) => text.slice(0, length)))
  if (shapes.ends.length > 0) tests.push(byLength(shapes.ends, ends, (text, length) => text.slice(-length)))
  if (shapes.parts.length > 0) tests.push(compileNeedles(shapes.parts))
  for (const other of shapes.others) tests.push(compileGlob(other))
  return eitherOf(tests)
}

/** The patterns that are tested one after the other. */
export function globsIn(patterns: readonly Pattern[]): number {
  return groupByShape(patterns).others.length
}

function folded(pattern: Pattern): Pattern {
  return pattern.map((part) => (typeof part === 'string' ? fold(part) : part))
}

function groupByShape(patterns: readonly Pattern[]): PatternsByShape {
  const shapes: PatternsByShape = { exact: [], starts: [], ends: [], parts: [], others: [], everything: false }
  for (const pattern of patterns) {
    const literal = literalOf(pattern)
    const [a, b] = pattern
    const many = pattern.map((part) => isWild(part, 'many'))
    if (literal !== undefined) shapes.exact.push(literal)
    else if (pattern.length === 1 && many[0]) shapes.everything = true
    else if (pattern.length === 2 && typeof a === 'string' && many[1]) shapes.starts.push(a)
    else if (pattern.length === 2 && typeof b === 'string' && many[0]) shapes.ends.push(b)
    else if (pattern.length === 3 && typeof b === 'string' && many[0] && many[2]) shapes.parts.push(b)
    else shapes.others.push(pattern)
  }
  return shapes
}

function exactly(values: readonly string[]): TextTest {
  const [only] = values
  if (values.length === 1) return (text) => text === only
  const set = new Set(values)
  return (text) => set.has(text)
}

function starts(text: string, affix: string): boolean {
  return text.startsWith(affix)
}

function ends(text: string, affix: string): boolean {
  return text.endsWith(affix)
}

/** Beginnings or ends: a large number of texts is looked up, once per length. */
function byLength(
  affixes: readonly string[],
  has: (text: string, affix: string) => boolean,
  cut: (text: string, length: number) => string,
): TextTest {
  const [only = ''] = affixes
  if (affixes.length === 1) return (text) => has(text, only)
  if (affixes.length <= FEW) return (text) => affixes.some((affix) => has(text, affix))
  const set = new Set(affixes)
  const lengths = [...new Set(affixes.map((affix) => affix.length))]
  return (text) => lengths.some((length) => set.has(cut(text, length)))
}

function eitherOf(tests: readonly TextTest[]): TextTest {
  const [first, second] = tests
  if (first === undefined) return () => false
  if (second === undefined) return first
  if (tests.length === 2) return (text) => first(text) || second(text)
  return (text) => tests.some((test) => test(text))
}
