import { isObject } from '../../../../../shared/base/value.ts'
import type { Expression, Flow, Step } from '../../../../../shared/config/flow.ts'
import { expression } from '../../../../../shared/document/reading/expression.ts'
import { groupingFields } from '../../../../../shared/document/sections/grouping.ts'
import type { Shown as Entry } from '../../../../../shared/document/sections/section.ts'
import { policyMatches } from '../../../config/policy-matches.ts'
import type { ConsoleDeps, PageAsk } from '../../page/ask.ts'
import { draftOf, listOf } from './draft.ts'

/** What a policy takes of the alerts that fire now, and by the path of a step the incidents for which the step holds. */
export interface DraftMatches {
  firing: number
  alerts: number
  incidents: number
  partial: boolean
  /** Without the steps whose condition is not whole yet. */
  holds: ReadonlyMap<string, number>
}

/** Counts for a policy that a person builds: a part that cannot be read is left out. */
export async function countMatches(deps: ConsoleDeps, ask: PageAsk, entry: Entry): Promise<DraftMatches> {
  const { flow, escalation } = draftOf(entry)
  const unread = new Set<string>()
  const steps = (list: readonly Entry[], path: string): Step[] =>
    list.map((step, at) => readStep(step, () => unread.add(`${path}[${at}]`)))
  const asked: Flow = {
    steps: steps(flow, 'flow'),
    stages: escalation.map((stage, at) => ({
      ...{ since: 'open', afterMs: 0, steps: steps(listOf(stage.flow), `escalation[${at}].flow`) },
    })),
  }
  const match = groupingFields.match.safeParse(entry.match)
  const groupBy = groupingFields.groupBy.safeParse(entry.groupBy)
  const { steps: counts, ...matches } = await policyMatches(deps, ask, {
    match: (match.success && match.data) || [],
    groupBy: (groupBy.success && groupBy.data) || [],
    flow: asked,
  })
  const known = counts.filter(({ step }) => !unread.has(step))
  return { ...matches, holds: new Map(known.map(({ step, incidents }) => [step, incidents])) }
}

/** A condition that cannot be read holds for nothing. */
const NEVER: Expression = { field: 'alertname', op: 'in', value: [] }

function readStep({ if: condition, end }: Entry, unreadable: () => void): Step {
  const ends = end === true ? { end: true as const } : {}
  if (!isObject(condition)) return { actions: [], ...ends }
  const { any, all } = condition as Entry
  const read = expression.safeParse(any ?? all)
  if (!read.success) unreadable()
  return { if: { over: any === undefined ? 'all' : 'any', is: read.success ? read.data : NEVER }, actions: [], ...ends }
}
