import { type Labels, label } from '../alert/labels.ts'
import { digest } from '../base/hash.ts'
import type { InhibitRule } from '../config/config.ts'
import { compileMatchers } from '../matcher/compile.ts'

export { foldSource, inhibitedBy, pruneSources, type SourceEntry, sourcesKeptUntil } from './source.ts'

/**
 * Inhibit rules as questions about one alert. Source and target of a rule meet under a key: the rule
 * and the values of its `equal` labels. A label that both lack is equal, since absent is empty.
 */
export interface Inhibition {
  /** Where the alert counts as a source while it fires. */
  sources(labels: Labels): InhibitionSide[]
  /** Where a source would hold the alert back. In the order of the rules. */
  targets(labels: Labels): InhibitionSide[]
}

export interface InhibitionSide {
  /** Id of the inhibit rule. */
  rule: string
  key: string
  /** The alert matches the rule's other side too: then no alert that also matches both holds it back. */
  twoSided: boolean
}

export function compileInhibition(rules: readonly InhibitRule[]): Inhibition {
  const compiled = rules.map((rule) => ({
    rule,
    isSource: compileMatchers(rule.source),
    isTarget: compileMatchers(rule.target),
  }))
  return {
    sources: (labels) =>
      compiled.flatMap(({ rule, isSource, isTarget }) =>
        isSource(labels) ? [{ rule: rule.id, key: keyOf(rule, labels), twoSided: isTarget(labels) }] : [],
      ),
    targets: (labels) =>
      compiled.flatMap(({ rule, isSource, isTarget }) =>
        isTarget(labels) ? [{ rule: rule.id, key: keyOf(rule, labels), twoSided: isSource(labels) }] : [],
      ),
  }
}

function keyOf(rule: InhibitRule, labels: Labels): string {
  return `${rule.id}-${digest(rule.equal.map((name) => label(labels, name)))}`
}
