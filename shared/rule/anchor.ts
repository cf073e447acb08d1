import type { Expression, Test } from './expression.ts'
import { fold } from './fold.ts'
import { GRAM } from './needles.ts'
import { literalOf } from './pattern.ts'
import { requiredLiteral } from './regex-literal.ts'

/** A value of the field is this text, or has it somewhere; whatever its case. */
export interface Anchor {
  /** null: any text of the record. */
  field: string | null
  how: 'is' | 'has'
  text: string
}

/** Anchors of which at least one is found in every record that the rule matches. */
export type AnchorSet = readonly Anchor[]

/** More alternatives than this are no anchorSet to find a rule. */
const MAX_ANCHORS = 5_000
/** What is shorter stands in too many values to find anything by it. */
export const SHORTEST_NEEDLE = GRAM

/**
 * Ways to find a rule by its record's values: each is a list of which at least one holds whenever the
 * rule does. A rule made of negations or numbers has none.
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

/** Alternatives are found by a anchor set of each: all by values of one field, and all by the shortest of each. */
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

/** The field, where all of the anchorSet are values of one. */
function commonField(anchorSet: AnchorSet): string | undefined {
  const field = anchorSet[0]?.field ?? undefined
  return anchorSet.every((anchor) => anchor.how === 'is' && anchor.field === field) ? field : undefined
}

function lookupCost(anchorSet: AnchorSet): number {
  return anchorSet.reduce((sum, { how }) => sum + (how === 'is' ? 1 : 3), 0)
}
