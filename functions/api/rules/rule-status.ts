import * as z from 'zod'
import { inSlices } from '../../../shared/base/steps.ts'
import { DAY, toRfc3339 } from '../../../shared/base/time.ts'
import type { RuleEntry } from '../../../shared/config/config.ts'
import { type AccountRules, prepareRuleEntries, readRuleEntries } from '../../../shared/rule-book/entries.ts'
import { readHours, readLastSeen, ruleCounts } from '../../../shared/store/statistics.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask } from '../http/route.ts'
import { problem, time } from '../http/schemas.ts'

export const ruleStatus = z
  .object({
    id: z.string(),
    title: z.string().describe('Of the Sigma rule that raises the alerts; of several, the last'),
    level: z.string().optional(),
    status: z
      .enum(['running', 'stopped', 'refused'])
      .describe('`refused`: the rule cannot be read, and is never asked'),
    template: z.string().optional().describe('The shipped rule; absent: a rule of the account’s own'),
    policy: z.string().optional(),
    problems: z.array(problem).optional().describe('Why the rule is refused'),
    lastMatchedAt: time.optional().describe('The last match that raised an alert, to five minutes'),
    hours: z
      .array(z.int())
      .optional()
      .describe(
        'Matches that raised an alert in each of the last 24 hours, the oldest first; the last one has not ended. Absent: none',
      ),
  })
  .meta({ id: 'RuleStatus' })

export type RuleStatus = z.output<typeof ruleStatus>

/** How the rules of an account stand. Reading takes long for many rules, so the texts are read in steps first. */
export async function readRules(entries: readonly RuleEntry[]): Promise<AccountRules> {
  await inSlices(prepareRuleEntries(entries))
  return readRuleEntries(entries)
}

/** Without the matches, which cost reads for each rule: `withMatches`. */
export function statusOf(entry: RuleEntry, place: number, { rules, correlations, problems }: AccountRules): RuleStatus {
  const { id, enabled, template, policy } = entry
  const own = [
    ...rules.filter((one) => one.entry === entry && one.raises).map(({ rule }) => rule),
    ...correlations.filter((one) => one.entry === entry && one.raises).map(({ correlation }) => correlation),
  ]
  const raising = own.at(-1)
  const wrong = problems.filter((one) => one.entry === place)
  return {
    ...{
      id,
      title: raising?.title ?? template ?? id,
      status: !enabled ? 'stopped' : wrong.length > 0 ? 'refused' : 'running',
    },
    ...(raising?.level !== undefined && { level: raising.level }),
    ...(template !== undefined && { template }),
    ...(policy !== undefined && { policy }),
    ...(wrong.length > 0 && {
      problems: wrong.map(({ field, path, message, position }) => ({
        ...{ path: [field, path].filter(Boolean).join('.'), message },
        ...(position && { line: position.line, column: position.column }),
      })),
    }),
  }
}

/** One read for a rule, and one more for a rule with a match within the day. */
export async function withMatches(
  { table }: Pick<ApiDeps, 'table'>,
  { account, now }: Pick<Ask, 'account' | 'now'>,
  status: RuleStatus,
): Promise<RuleStatus> {
  const at = await readLastSeen(table, account, ruleCounts(status.id))
  if (at === undefined) return status
  const hours = now - at > DAY ? undefined : await readHours(table, account, status.id, now)
  return { ...status, lastMatchedAt: toRfc3339(at), ...(hours && { hours }) }
}
