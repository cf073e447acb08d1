import * as z from 'zod'
import { inSlices, pause } from '../../../shared/base/steps.ts'
import type { Config } from '../../../shared/config/config.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import type { PlannedChange } from '../../../shared/document/plan.ts'
import { listGroups } from '../../../shared/group-store/heads.ts'
import { type ToldOtherwise, toldOtherwise } from '../../../shared/rehearsal/would-tell.ts'
import { compileWhole } from '../../../shared/routing/compile.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask } from '../http/route.ts'

/** The newest groups that a dry run looks at, and the incidents and targets that an answer has. */
const MOST_GROUPS = 100
export const MOST_INCIDENTS = 20
const MOST_TARGETS = 50

const targets = z.array(z.string()).describe(`At most ${MOST_TARGETS}`)

export const wouldTellSchema = z
  .array(
    z.object({ incident: z.string(), title: z.string(), policy: z.string(), more: targets, fewer: targets }).meta({
      id: 'ToldOtherwise',
      description: 'An open incident, and the targets that are told besides, or no more',
    }),
  )
  .optional()
  .describe(
    `Of a dry run: open incidents of which others would be told now; ${MOST_INCIDENTS} at most, of the newest ${MOST_GROUPS} groups`,
  )

/** Sections that decide about targets. */
const DECIDE: ReadonlySet<string> = new Set([
  'policies',
  'route',
  'channels',
  'users',
  'userGroups',
  'calendars',
  'defaults',
  'rules',
])

/** Whether a change of the section can change who is told. */
export function decidesTargets(section: string): boolean {
  return DECIDE.has(section)
}

/** Open incidents with other targets after a change; undefined: no incident. */
export async function wouldTell(
  { table, configs }: ApiDeps,
  { account, now }: Ask,
  current: Config,
  next: Sections,
  plan: readonly PlannedChange[],
): Promise<ToldOtherwise[] | undefined> {
  if (!plan.some(({ section }) => decidesTargets(section))) return undefined
  const { groups } = await listGroups(table, account, { limit: MOST_GROUPS })
  if (groups.every(({ incident }) => incident === undefined)) return undefined
  const { revision, since } = current
  await pause()
  const after = compileWhole({ ...next, revision, since })
  await pause()
  const found = await inSlices(toldOtherwise(groups, await configs.current(account), after, now))
  if (found.length === 0) return undefined
  return found.slice(0, MOST_INCIDENTS).map(({ more, fewer, ...about }) => {
    return { ...about, more: more.slice(0, MOST_TARGETS), fewer: fewer.slice(0, MOST_TARGETS) }
  })
}
