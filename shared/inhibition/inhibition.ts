import { type Labels, label } from '../alert/labels.ts'
import { digest } from '../base/hash.ts'
import type { InhibitRule } from '../config/config.ts'
import { compileMatchers } from '../matcher/compile.ts'

export {
  foldSource,
  inhibitedBy,
  pruneSources,
  type SourceEntry,
  sourcesInReach,
  sourcesKeptUntil,
} from './source.ts'

/**
 * Inhibit rules as questions about an alert. Source and target of a rule meet under a key: the rule's id
 * and a hash of the values of the `equal` labels. A label that source and target lack is equal, since an
 * absent label is the empty string.
 */
export interface Inhibition {
  /** There are no rules. */
  isEmpty: boolean
  /** The keys under which the alert is a source while firing. */
  sources(labels: Labels): InhibitionSide[]
  /** The keys under which a source would hold the alert back, in the order of the rules. */
  targets(labels: Labels): InhibitionSide[]
}

export interface InhibitionSide {
  /** Id of the inhibit rule. */
  rule: string
  key: string
  /** The alert matches source and target of the rule. Two such alerts do not inhibit one another. */
  twoSided: boolean
}

export function compileInhibition(rules: readonly InhibitRule[]): Inhibition {
  const compiled = rules.map((rule) => ({
    rule,
    isSource: compileMatchers(rule.source),
    isTarget: compileMatchers(rule.target),
  }))
  return {
    isEmpty: rules.length === 0,
    sources: (labels) =>
      compiled.flatMap(({ rule, isSource, isTarget }) =>
        isSource(labels) ? [{ rule: rule.id, key: sourceKey(rule, labels), twoSided: isTarget(labels) }] : [],
      ),
    targets: (labels) =>
      compiled.flatMap(({ rule, isSource, isTarget }) =>
        isTarget(labels) ? [{ rule: rule.id, key: sourceKey(rule, labels), twoSided: isSource(labels) }] : [],
      ),
  }
}

function sourceKey(rule: InhibitRule, labels: Labels): string {
  return `${rule.id}-${digest(rule.equal.map((name) => label(labels, name)))}`
}
