import { finish, inSlices, type Steps } from '../base/steps.ts'
import type { Config, RuleEntry } from '../config/config.ts'
import type { AuditRecord, Trail } from '../record/record.ts'
import type { CompiledConfig } from '../routing/compile.ts'
import { compileRuleSteps, type RuleSet } from '../rule/compile.ts'
import { compileCountedValues, type FieldTexts } from '../rule/field-text.ts'
import { compileGroups, compileLabels, type Group, type LabelPairs } from '../rule/groups.ts'
import { appliesTo } from '../rule/log-source.ts'
import type { Correlation } from '../rule/rule.ts'
import {
  type AccountCorrelation,
  type AccountRule,
  detectionOf,
  type EntryProblem,
  type Outlines,
  ruleEntrySteps,
} from './entries.ts'
import { type OutlinedEntries, readOutlines, readWholeOutlines } from './parsed.ts'
import { compileRaiseAlert, type RaiseAlert } from './raise.ts'

/** A rule or a correlation of the account, and the way in which its matches become alerts. */
export interface BookRule {
  /** The id in the account, by which correlations count the rule. */
  id: string
  /** Of a rule from the stored form only `id` and `enabled`. */
  entry: RuleEntry
  /** Absent: the rule raises no alert and only counts for a correlation. */
  raise?: RaiseAlert
}

/** A rule over single records. */
export interface RecordRule extends BookRule {
  /** The labels of the alerts of a matching record: an alert each. */
  labelsOf(record: unknown): readonly LabelPairs[]
}

/** A correlation, ready to count the matches of its rules. */
export interface CorrelationCounter extends BookRule {
  correlation: Correlation
  /** Hash of the correlation's whole text. */
  key: string
  /** By the id of a counted rule: functions for the record's groups and for the counted values. */
  countedRules: ReadonlyMap<string, { groupsOf(record: unknown): readonly Group[]; countedValues: FieldTexts }>
}

/** The rules of an account in a revision of the configuration. */
export interface RuleBook {
  /** The matching rules. `onError`: the rule failed on the record, which counts as no match. */
  match(record: AuditRecord, onError: (entry: RuleEntry, error: unknown) => void): RecordRule[]
  /** Compiles the rules for a trail in steps, so that `match` finds them compiled. */
  prepare(trail: Trail): Steps<void>
  /** Units of work that a record of the trail took, when it was asked about last. */
  unitsOf(trail: Trail): number
  /** A step counts the matches of rules and of the steps before. */
  steps: CorrelationCounter[][]
  /** Rules that this version cannot read. */
  problems: { entry: RuleEntry; problem: EntryProblem }[]
}

/**
 * A rule book is compiled when its revision is first asked for, and forgotten with the configuration: a cache of
 * configurations keeps as many rule books as configurations.
 */
export function createRuleBooks(): (config: ConfigWithRules) => Promise<RuleBook> {
  const books = new WeakMap<Config, Promise<RuleBook>>()
  return (whole) => {
    const { config } = whole
    const known = books.get(config) ?? compile(whole)
    books.set(config, known)
    // A book whose making failed is made anew.
    known.catch(() => books.delete(config))
    return known
  }
}

export interface ConfigWithRules extends Pick<CompiledConfig, 'config'> {
  /** The rules whole. Absent: those of `config` are whole. */
  rules?(): Promise<readonly RuleEntry[]>
  /** The stored form of the rules and the name of their texts; undefined: no form is stored. */
  parsedRules?(): Promise<{ text: string; of: string } | undefined>
}

/** Of hundreds of rules, few are asked about a usual record. */
const UNITS_PER_RECORD = 20
const TESTS_PER_UNIT = 10

async function compile(config: ConfigWithRules): Promise<RuleBook> {
  const { entries: all, outlines } = await readEntries(config)
  const entries = all.filter(({ enabled }) => enabled)
  const { rules, correlations, problems } = await inSlices(ruleEntrySteps(entries, outlines))
  const bookRules = new Map<AccountRule, RecordRule>()
  /** Made at the first match: most rules of thousands never match. */
  const bookRule = (one: AccountRule): RecordRule => {
    const made = bookRules.get(one) ?? recordRule(one)
    bookRules.set(one, made)
    return made
  }
  const sets = new Map<Trail, RuleSet<AccountRule>>()
  function* setSteps(trail: Trail): Steps<RuleSet<AccountRule>> {
    const known = sets.get(trail)
    if (known !== undefined) return known
    const own = rules.filter(({ rule }) => appliesTo(rule.logsource, trail))
    // A filter narrows up to every rule of the account: by the values of filters, the index would have each rule under
    // each of the values.
    const set = yield* compileRuleSteps(own, { anchorSetsOf: ({ rule }) => rule.anchorSets(), detectionOf })
    sets.set(trail, set)
    return set
  }
  const setOf = (trail: Trail): RuleSet<AccountRule> => sets.get(trail) ?? finish(setSteps(trail))
  return {
    *prepare(trail) {
      yield* setSteps(trail)
    },
    match: ({ trail, fields }, onError) =>
      setOf(trail)
        .match(fields, ({ entry }, error) => onError(entry, error))
        .map(bookRule),
    unitsOf: (trail) => UNITS_PER_RECORD + setOf(trail).spent() / TESTS_PER_UNIT,
    steps: stepsOf(correlations),
    problems: problems.map((problem) => ({ entry: entries[problem.entry]!, problem })),
  }
}

/** From the stored form where it has outlines: then no text of the rules is read from the table. */
async function readEntries({ config, rules, parsedRules }: ConfigWithRules): Promise<OutlinedEntries> {
  const form = await parsedRules?.()
  const outlined = form && (await inSlices(readOutlines(form.text, form.of)))
  if (outlined !== undefined) return outlined
  const entries = (await rules?.()) ?? config.rules
  const outlines: Outlines =
    form === undefined ? new Map() : await inSlices(readWholeOutlines(form.text, form.of, entries))
  return { entries, outlines }
}

function recordRule({ entry, rule, raises }: AccountRule): RecordRule {
  const whole = rule.rule()
  return {
    id: rule.id,
    entry,
    raise: raises ? compileRaiseAlert(entry, whole) : undefined,
    labelsOf: compileLabels(whole.labels ?? []),
  }
}

/** A correlation stands a step behind its last counted correlation. */
function stepsOf(correlations: readonly AccountCorrelation[]): CorrelationCounter[][] {
  const steps: CorrelationCounter[][] = []
  const stepOf = new Map<string, number>()
  for (const accountCorrelation of correlations) {
    const { id, rules } = accountCorrelation.correlation
    const step = Math.max(-1, ...rules.map((rule) => stepOf.get(rule) ?? -1)) + 1
    stepOf.set(id, step)
    steps[step] ??= []
    steps[step].push(counterOf(accountCorrelation))
  }
  return steps
}

function counterOf({ entry, correlation, raises, key }: AccountCorrelation): CorrelationCounter {
  const countedRules = correlation.rules.map((rule) => {
    const groupsOf = compileGroups(correlation, rule)
    return [rule, { groupsOf, countedValues: compileCountedValues(correlation, rule) }] as const
  })
  return {
    id: correlation.id,
    entry,
    correlation,
    key,
    raise: raises ? compileRaiseAlert(entry, correlation) : undefined,
    countedRules: new Map(countedRules),
  }
}
