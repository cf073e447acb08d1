import type { Expression, Test } from './expression.ts'
import { fold } from './fold.ts'
import { GRAM } from './needles.ts'
import { literalOf } from './pattern.ts'
import { requiredLiteral } from './regex-literal.ts'

/** A literal text that a value of the field is, or contains, in upper or lower case. */
export interface Anchor {
  /** null: the whole record, not a single field. */
  field: string | null
  how: 'is' | 'has'
  text: string
}

/** Anchors of which every record that the rule matches contains at least one. */
export type AnchorSet = readonly Anchor[]

/** A set with more anchors is too large to find a rule by. */
const MAX_ANCHORS = 5_000
/** A shorter text stands in too many values to find a rule by. */
export const SHORTEST_NEEDLE = GRAM

/**
 * The anchor sets of a rule. A rule can be found by every set of its own: a record that the rule matches contains at
 * least one anchor of the set. A rule made of negations or numbers has no set.
 */
export function anchorSetsOf(expression: Expression): AnchorSet[] {
  switch (expression.kind) {
    case 'all':
      return expression.of.flatMap(anchorSetsOf)
    case 'any':
      return anchorSetsOfAny(expression.of.map(anchorSetsOf))
    case 'field':
    case 'keyword': {
      const anchor = anchorOf(expression.kind === 'field' ? expression.field : null, expression.test)
      return anchor === undefined ? [] : [[anchor]]
    }
    default:
      return []
  }
}

function anchorOf(field: Anchor['field'], test: Test): Anchor | undefined {
  if (test.kind === 'text') {
    const whole = literalOf(test.pattern)
    if (whole !== undefined && field !== null) return { field, how: 'is', text: fold(whole) }
    return needle(
      field,
      test.pattern.filter((part) => typeof part === 'string'),
    )
  }
  if (test.kind === 'regex' && !test.flags.includes('i')) return needle(field, [requiredLiteral(test.source)])
  return undefined
}

function needle(field: Anchor['field'], literals: readonly string[]): Anchor | undefined {
  const longest = literals.reduce((a, b) => (b.length > a.length ? b : a), '')
  return longest.length < SHORTEST_NEEDLE ? undefined : { field, how: 'has', text: fold(longest) }
}

/**
 * Alternatives are found by the union of their anchor sets: a union for every field in which all alternatives have
 * exact values, and the union of the cheapest sets.
 */
function anchorSetsOfAny(alternatives: readonly AnchorSet[][]): AnchorSet[] {
  if (alternatives.some((anchorSets) => anchorSets.length === 0)) return []
  const [first = [], ...others] = alternatives
  const fields = new Set(first.flatMap((anchorSet) => commonField(anchorSet) ?? []))
  const byField = [...fields].flatMap((field) => {
    const own = [first, ...others].map((anchorSets) => anchorSets.find((anchorSet) => commonField(anchorSet) === field))
    return own.includes(undefined) ? [] : [own.flatMap((anchorSet) => anchorSet ?? [])]
  })
  const shortest = alternatives.flatMap((anchorSets) =>
    anchorSets.reduce((a, b) => (lookupCost(b) < lookupCost(a) ? b : a)),
  )
  const byCost = byField.some((anchorSet) => anchorSet.every((anchor) => shortest.includes(anchor))) ? [] : [shortest]
  return [...byField, ...byCost].filter((anchorSet) => anchorSet.length <= MAX_ANCHORS)
}

/** The field, when every anchor of the set is an exact value of the same field. */
function commonField(anchorSet: AnchorSet): string | undefined {
  const field = anchorSet[0]?.field ?? undefined
  return anchorSet.every((anchor) => anchor.how === 'is' && anchor.field === field) ? field : undefined
}

function lookupCost(anchorSet: AnchorSet): number {
  return anchorSet.reduce((sum, { how }) => sum + (how === 'is' ? 1 : 3), 0)
}
