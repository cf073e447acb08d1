import { compileFieldTexts, type FieldTexts } from './field-text.ts'
import { compileResourceNames } from './resource.ts'
import type { Correlation, FieldSource, GroupLabel } from './rule.ts'

/** Names and values that tell alerts apart. */
export type LabelPairs = readonly (readonly [label: string, value: string])[]

/** Records of a correlation with equal keys are counted together; their alert has the labels. */
export interface Group {
  key: readonly string[]
  labels: LabelPairs
}

/**
 * A record that names more things than this is about the list as a whole: of one record must not come thousands of
 * alerts.
 */
const MAX_GROUPS = 100

/** The alerts of a record, each by its labels. A label without a value is left out. */
export function compileLabels(labels: readonly GroupLabel[]): (record: unknown) => readonly LabelPairs[] {
  const compiled = labels.map(({ label, fields }) => ({ label, texts: fields.map(compileSource) }))
  return (record) => {
    const named = compiled.flatMap(({ label, texts }) => {
      const values = firstOf(texts, record)
      return values.length === 0 ? [] : [values.map((value) => [label, value] as const)]
    })
    return combinationsOf(named)
  }
}

/**
 * The groups in which a correlation counts a record that `rule` (an id, once references are resolved) matched. A
 * correlation counts by its labels: by each label's first field with a value, so an alert never names a thing that was
 * not counted. A field of `group-by` that no label shows divides the counts further. A record without a value for a
 * name of `group-by` is not counted: nothing says with which other records the record belongs together. Without
 * `group-by` the same holds for every label.
 */
export function compileGroups(correlation: Correlation, rule: string): (record: unknown) => readonly Group[] {
  const compiled = partsOf(correlation).map(({ label, fields, required }) => {
    return { label, required, texts: fields.map((field) => compileSource(behind(correlation, field, rule))) }
  })
  return (record) => {
    const named: (readonly (readonly [string | undefined, string])[])[] = []
    for (const { label, required, texts } of compiled) {
      const values = firstOf(texts, record)
      if (values.length === 0 && required) return []
      named.push(values.length === 0 ? [[undefined, '']] : values.map((value) => [label, value]))
    }
    return combinationsOf(named).map((pairs) => ({
      key: pairs.map(([, value]) => value),
      labels: pairs.flatMap(([label, value]) => (label === undefined ? [] : [[label, value] as const])),
    }))
  }
}

/** A part of a group's key. Without a label the part is not shown. */
interface Part {
  label: string | undefined
  fields: readonly FieldSource[]
  required: boolean
}

function partsOf(correlation: Correlation): Part[] {
  const { groupBy, rules } = correlation
  const labels = correlation.labels ?? groupBy.map((name): GroupLabel => ({ label: name, fields: [name] }))
  const shows = ({ fields }: GroupLabel, name: string): boolean =>
    rules.every((rule) => fields.some((field) => behind(correlation, field, rule) === behind(correlation, name, rule)))
  const shown = labels.map((label): Part => {
    return { ...label, required: groupBy.length === 0 || groupBy.some((name) => shows(label, name)) }
  })
  const hidden = groupBy.filter((name) => !labels.some((label) => shows(label, name)))
  return [...shown, ...hidden.map((name): Part => ({ label: undefined, fields: [name], required: true }))]
}

/** The field that a name stands for in the records of a rule. */
function behind({ aliases }: Correlation, source: FieldSource, rule: string): FieldSource {
  return (typeof source === 'string' ? aliases.get(source)?.get(rule) : undefined) ?? source
}

/**
 * What a record matched: rules over records, and correlations in some of the record's groups. A correlation that counts
 * another correlation counts the record in groups with the same values.
 */
export type MatchedRules = Map<string, LabelPairs[] | 'record'>

/** Whether a group of a record agrees with the groups in which the counted rule matched the record. */
export function agrees({ labels }: Group, matched: LabelPairs[] | 'record'): boolean {
  if (matched === 'record') return true
  const own = new Map(labels)
  return matched.some((pairs) => pairs.every(([label, value]) => (own.get(label) ?? value) === value))
}

function compileSource(source: FieldSource): FieldTexts {
  return typeof source === 'string' ? compileFieldTexts(source) : compileResourceNames(source.resource)
}

function firstOf(fields: readonly FieldTexts[], record: unknown): readonly string[] {
  for (const field of fields) {
    const texts = field(record)
    if (texts.length > 0) return texts
  }
  return []
}

/** A value of every list, in every combination. Lists with too many combinations become a single text for each list. */
function combinationsOf<Name>(lists: readonly (readonly (readonly [Name, string])[])[]): (readonly [Name, string])[][] {
  const many = lists.reduce((product, list) => product * list.length, 1) > MAX_GROUPS
  const bounded = many ? lists.map(asOneText) : lists
  return bounded.reduce<(readonly [Name, string])[][]>(
    (all, list) => all.flatMap((pairs) => list.map((pair) => [...pairs, pair])),
    [[]],
  )
}

function asOneText<Name>(list: readonly (readonly [Name, string])[]): readonly (readonly [Name, string])[] {
  const [first] = list
  if (first === undefined || list.length === 1) return list
  return [[first[0], JSON.stringify(list.map(([, value]) => value))]]
}
