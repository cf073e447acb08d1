import * as z from 'zod'
import { flatMapSteps, inSlices, pause } from '../../../shared/base/steps.ts'
import { DAY, toRfc3339 } from '../../../shared/base/time.ts'
import type { Config, RuleEntry } from '../../../shared/config/config.ts'
import type { Trail } from '../../../shared/record/record.ts'
import { appliesTo, TRAIL_SOURCES } from '../../../shared/rule/log-source.ts'
import type { RuleMetadata } from '../../../shared/rule/rule.ts'
import { type AccountRules, type EntryProblem, ruleEntrySteps } from '../../../shared/rule-book/entries.ts'
import { readWholeOutlines } from '../../../shared/rule-book/parsed.ts'
import type { ConfigWithRules } from '../../../shared/rule-book/rule-book.ts'
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
    tags: z.array(z.string()).optional().describe('Of the Sigma rule, such as `attack.t1078`'),
    trails: z
      .array(z.enum(['actiontrail', 'cloudtrail']))
      .describe('The trails whose records the rule is asked about, those of counted rules included'),
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

/** A rule as lists show the rule, without its matches, and the text that a search looks through, in small letters. */
export interface ListedRule {
  status: RuleStatus
  words: string
}

/** Of the words of a search; more are left out. */
const SEARCHED_CHARS = 200

/** Whether a text in small letters has all words of a search. */
export function searchOf(text: string): (words: string) => boolean {
  const wanted = text.toLowerCase().slice(0, SEARCHED_CHARS).split(/\s+/).filter(Boolean)
  return (words) => wanted.every((word) => words.includes(word))
}

/** The lists of the configurations that somebody still keeps: ten thousand rules are read once for each of their changes. */
const lists = new WeakMap<Config, Promise<readonly ListedRule[]>>()

/** How the rules of an account stand, in the order of the document. */
export async function listRules(current: ConfigWithRules): Promise<readonly ListedRule[]> {
  const known = lists.get(current.config) ?? makeList(current)
  lists.set(current.config, known)
  // A list whose making failed is made anew.
  known.catch(() => lists.delete(current.config))
  return await known
}

async function makeList({ config, rules, parsedRules }: ConfigWithRules): Promise<ListedRule[]> {
  const entries = (await rules?.()) ?? config.rules
  const parsed = entries.length === 0 ? undefined : await parsedRules?.()
  const outlines = parsed && (await inSlices(readWholeOutlines(parsed.text, parsed.of, entries)))
  const read = await inSlices(ruleEntrySteps(entries, outlines))
  await pause()
  const raising = raisingByEntry(read)
  await pause()
  const problems = Map.groupBy(read.problems, ({ entry }) => entry)
  return await inSlices(
    flatMapSteps(entries.entries(), UNITS_PER_RULE, ([place, entry]) => [
      listed(entry, raising.get(entry), problems.get(place) ?? []),
    ]),
  )
}

const UNITS_PER_RULE = 4

interface Raising {
  about: RuleMetadata
  trails: readonly Trail[]
}

/** What raises the alerts of each entry: of several rules the last, and a correlation stands behind its rules. */
function raisingByEntry({ rules, correlations }: AccountRules): Map<RuleEntry, Raising> {
  const raising = new Map<RuleEntry, Raising>()
  const trailsOf = new Map<string, readonly Trail[]>()
  for (const { entry, rule, raises } of rules) {
    const trails = TRAILS.filter((trail) => appliesTo(rule.logsource, trail))
    trailsOf.set(rule.id, trails)
    if (raises) raising.set(entry, { about: rule.rule(), trails })
  }
  // Counted correlations come before the counting ones.
  for (const { entry, correlation, raises } of correlations) {
    const counted = new Set(correlation.rules.flatMap((id) => trailsOf.get(id) ?? []))
    const trails = TRAILS.filter((trail) => counted.has(trail))
    trailsOf.set(correlation.id, trails)
    if (raises) raising.set(entry, { about: correlation, trails })
  }
  return raising
}

const TRAILS = Object.keys(TRAIL_SOURCES) as Trail[]

function listed(
  { id, enabled, template, policy }: RuleEntry,
  raising: Raising | undefined,
  problems: readonly EntryProblem[],
): ListedRule {
  const { about, trails = [] } = raising ?? {}
  const title = about?.title ?? template ?? id
  const tags = about?.tags ?? []
  const status: RuleStatus = {
    ...{ id, title, status: !enabled ? 'stopped' : problems.length > 0 ? 'refused' : 'running' },
    ...(about?.level !== undefined && { level: about.level }),
    ...(tags.length > 0 && { tags: [...tags] }),
    trails: [...trails],
    ...(template !== undefined && { template }),
    ...(policy !== undefined && { policy }),
    ...(problems.length > 0 && {
      problems: problems.map(({ field, path, message, position }) => ({
        ...{ path: [field, path].filter(Boolean).join('.'), message },
        ...(position && { line: position.line, column: position.column }),
      })),
    }),
  }
  return { status, words: [id, title, template ?? '', ...tags].join('\n').toLowerCase() }
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
