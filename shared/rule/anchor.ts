import type { Expression } from './expression.ts'
import { fold } from './fold.ts'
import { literalOf } from './pattern.ts'

/** A field has this value, whatever its case. */
export interface Anchor {
  field: string
  value: string
}

/** More alternatives than this are no way to find a rule. */
const MAX_ANCHORS = 5_000

/**
 * Ways to find a rule by its record's values: each is a list of which at least one holds whenever the
 * rule does. A rule made of negations, wildcards or keywords has none.
 */
export function anchorsOf(expression: Expression): Anchor[][] {
  switch (expression.kind) {
    case 'all':
      return expression.of.flatMap(anchorsOf)
    case 'any': {
      const ways = expression.of.map(anchorsOf)
      if (ways.some((way) => way.length === 0)) return []
      const united = commonFields(ways).map((field) => ways.flatMap((way) => wayBy(way, field) ?? []))
      const shortest = ways.flatMap((way) => way.reduce((a, b) => (b.length < a.length ? b : a)))
      return (united.length > 0 ? united : [shortest]).filter((way) => way.length <= MAX_ANCHORS)
    }
    case 'field': {
      const value = expression.test.kind === 'text' ? literalOf(expression.test.pattern) : undefined
      return value === undefined ? [] : [[{ field: expression.field, value: fold(value) }]]
    }
    default:
      return []
  }
}

/** Fields by which every alternative can be found. */
function commonFields(ways: readonly Anchor[][][]): string[] {
  const [first = [], ...more] = ways.map((way) => new Set(way.flatMap((anchors) => fieldOf(anchors) ?? [])))
  return [...first].filter((field) => more.every((fields) => fields.has(field)))
}

function wayBy(ways: readonly Anchor[][], field: string): Anchor[] | undefined {
  return ways.find((anchors) => fieldOf(anchors) === field)
}

/** The field, where all anchors are of one. */
function fieldOf(anchors: readonly Anchor[]): string | undefined {
  const field = anchors[0]?.field
  return anchors.every((anchor) => anchor.field === field) ? field : undefined
}
