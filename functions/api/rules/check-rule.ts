import * as z from 'zod'
import { inSlices, type Steps } from '../../../shared/base/steps.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { prepareDocument, prepareRules } from '../../../shared/document/prepare.ts'
import { readRule, ruleSchema } from '../../../shared/document/sections/rules.ts'
import type { Problem } from '../../../shared/problem/problem.ts'
import { compileRules } from '../../../shared/rule/compile.ts'
import { type AccountRules, type EntryProblem, ruleEntrySteps, wholeRule } from '../../../shared/rule-book/entries.ts'
import { readConfig } from '../../../shared/store/whole-config.ts'
import { keepRuleForm } from '../config/rule-form.ts'
import { invalid } from '../http/body.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Refusal } from '../http/route.ts'
import { problem } from '../http/schemas.ts'

const MOST_RECORDS = 50
const UNITS_PER_RECORD = 1_000
const TESTS_PER_UNIT = 10
/** Of a rule that is only checked. */
const NAMELESS = 'checked'

export const checkBody = z
  .strictObject({
    rule: ruleSchema
      .omit({ id: true })
      .partial()
      .extend({ id: ruleSchema.shape.id.optional() })
      .describe(
        'An entry of `rules`. With the id of a rule of the account the entry is checked in the place of that rule',
      ),
    records: z
      .array(z.record(z.string(), z.unknown()))
      .max(MOST_RECORDS, `at most ${MOST_RECORDS} records are allowed`)
      .default([])
      .describe('Records of a trail, on which the rule is tried'),
  })
  .meta({ id: 'RuleToCheck' })

const tried = z
  .object({
    title: z.string(),
    level: z.string().optional(),
    raises: z.boolean().describe('False: the rule only counts for a correlation'),
    matches: z
      .array(z.int())
      .optional()
      .describe('Places of the records that match; absent: a correlation, which counts'),
    failed: z.array(z.int()).optional().describe('Places of the records on which the rule fails'),
  })
  .meta({ id: 'CheckedRule' })

export const checkAnswer = z
  .object({
    problems: z.array(problem).describe('Empty: the rule would be taken'),
    warnings: z.array(problem),
    rules: z.array(tried).describe('The Sigma rules and correlations of the entry that could be read'),
  })
  .meta({ id: 'RuleCheck' })

export type RuleCheck = z.output<typeof checkAnswer>

/** Checks an entry beside the other rules of the account, which correlations and filters may name. Nothing is stored. */
export async function checkRule(
  deps: ApiDeps,
  { account }: Pick<Ask, 'account'>,
  { rule: given, records }: z.output<typeof checkBody>,
): Promise<RuleCheck | Refusal> {
  const { id = NAMELESS } = given
  const entry = readRule({ ...given, id, enabled: true })
  if (!entry.ok) return { problems: [...entry.problems], warnings: [], rules: [] }
  const config = await readConfig(deps, account, ['rules'])
  await keepRuleForm(config)
  const { rules: stored } = config.config
  const place = stored.findIndex((one) => one.id === id)
  const entries = place < 0 ? [...stored, entry.value] : stored.with(place, entry.value)
  const tooLarge = await inSlices(prepareDocument({ rules: [entry.value] }))
  const tooMuch = tooLarge.length > 0 ? tooLarge : await inSlices(prepareRules(entries))
  if (tooMuch.length > 0) return invalid(tooMuch)
  const all = await inSlices(ruleEntrySteps(entries))
  const own = (list: readonly EntryProblem[]): Problem[] =>
    list.filter((one) => entries[one.entry] === entry.value).map(placed)
  return {
    problems: own(all.problems),
    warnings: own(all.warnings),
    rules: await inSlices(tryRules(all, entry.value, records)),
  }
}

function placed({ field, path = '', message, position }: EntryProblem): Problem {
  const at = [field, path].filter(Boolean).join('.')
  return position === undefined ? { path: at, message } : { path: at, message, ...position }
}

/** A record is taken as it is: the log source of a rule says where records come from, and the caller has chosen them. */
function* tryRules(
  { rules, correlations }: AccountRules,
  entry: RuleEntry,
  records: readonly Record<string, unknown>[],
): Steps<RuleCheck['rules']> {
  const own = rules.filter((one) => one.entry === entry)
  const whole = own.map(wholeRule)
  const set = compileRules(whole)
  const matches = new Map(own.map(({ rule }) => [rule.id, [] as number[]]))
  const failed = new Map(own.map(({ rule }) => [rule.id, [] as number[]]))
  for (const [place, record] of records.entries()) {
    for (const { id } of set.match(record, ({ id }) => failed.get(id)?.push(place))) matches.get(id)?.push(place)
    yield UNITS_PER_RECORD + set.spent() / TESTS_PER_UNIT
  }
  return [
    ...whole.map(({ id, title, level }, place) => ({
      ...{ title, ...(level !== undefined && { level }), raises: own[place]!.raises, matches: matches.get(id) },
      ...((failed.get(id) ?? []).length > 0 && { failed: failed.get(id) }),
    })),
    ...correlations
      .filter((one) => one.entry === entry)
      .map(({ correlation: { title, level }, raises }) => ({ title, ...(level !== undefined && { level }), raises })),
  ]
}
