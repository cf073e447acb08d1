import * as z from 'zod'
import { formatDuration } from '../../base/duration.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Expression, Fallback, Flow, FlowAction, MentionedPeople, Stage, Step } from '../../config/flow.ts'
import { DETAILS_PAGES } from '../../delivery/details-page.ts'
import { conditionsOf } from '../../flow/expression.ts'
import type { Problem } from '../../problem/problem.ts'
import { expression } from '../reading/expression.ts'
import { interval } from '../reading/fields.ts'
import type { Shown } from './section.ts'

/* The action flow of a policy: `notify`, `flow`, `escalation`, `fallback`. Reading checks what a flow says by itself. */

/** Ids of one list of people. More people are named as groups. */
const MOST_NAMES = 100
/** Actions of one step. */
const MOST_ACTIONS = 50

const names = z.array(z.string()).max(MOST_NAMES, `limit: at most ${MOST_NAMES} ids are allowed`).default([])

const PERIODS = ['any', 'workday', 'dayoff', 'worktime', 'offtime'] as const

const mention = z
  .strictObject({
    users: names,
    groups: names,
    onDuty: names,
    all: z.boolean().default(false).describe('Everybody who reads the chat'),
  })
  .refine(
    ({ users, groups, onDuty, all }) => all || users.length + groups.length + onDuty.length > 0,
    'must have users, groups, onDuty or all',
  )
  .transform(({ all, ...people }): MentionedPeople => ({ ...people, ...(all ? { all } : {}) }))

export const flowAction = z
  .strictObject({
    channel: z.string(),
    users: names.describe('Users who are told over the channel'),
    groups: names.describe('User groups of which every member is told'),
    onDuty: names.describe('User groups of which the user on duty is told'),
    period: z.enum(PERIODS, `expected one of ${PERIODS.join(', ')}`).default('any'),
    sendResolved: z.boolean().optional().describe('Whether ends are told; absent: as the channel says'),
    template: z.string().optional().describe('Content template of the messages; absent: that of the policy'),
    mention: mention.optional().describe('People whom messages into a chat call by name'),
    details: z
      .enum(DETAILS_PAGES, `expected one of ${DETAILS_PAGES.join(', ')}`)
      .optional()
      .describe('Page of the incident that messages link to; absent: as the channel says'),
  })
  .transform(
    ({ sendResolved, template, mention, details, ...action }): FlowAction => ({
      ...action,
      ...(sendResolved === undefined ? {} : { sendResolved }),
      ...(template === undefined ? {} : { template }),
      ...(mention === undefined ? {} : { mention }),
      ...(details === undefined ? {} : { details }),
    }),
  )
  .meta({ id: 'FlowAction' })

/** `notify`: a flow of one action group without a condition. */
const notifyActions = z.array(flowAction).max(LIMITS.channels)

const actionGroup = z
  .array(flowAction)
  .min(1, 'must have an action')
  .max(MOST_ACTIONS, `limit: at most ${MOST_ACTIONS} actions are allowed`)

const condition = z
  .strictObject({ any: expression.optional(), all: expression.optional() })
  .refine(({ any, all }) => (any === undefined) !== (all === undefined), 'must have either any or all')
  .transform(({ any, all = any }): NonNullable<Step['if']> => ({ over: any === undefined ? 'all' : 'any', is: all! }))

const step = z
  // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
  .strictObject({ if: condition.optional(), then: actionGroup, end: z.boolean().default(false) })
  .transform(({ if: condition, then: actions, end }): Step => {
    return { ...(condition === undefined ? {} : { if: condition }), actions, ...(end ? { end } : {}) }
  })
  .meta({ id: 'FlowStep' })

const primarySteps = z.array(step).max(LIMITS.flowSteps, `limit: at most ${LIMITS.flowSteps} steps are allowed`)

const steps = primarySteps.min(1, 'must have a step')

const SINCE = ['unclaimed', 'claimed', 'open'] as const

const timers = {
  unclaimed: interval.optional().describe('For so long nobody has claimed the incident'),
  claimed: interval.optional().describe('For so long the incident is claimed, and not over'),
  open: interval.optional().describe('For so long the incident is open'),
}

const stage = z
  .strictObject({ ...timers, flow: steps })
  .transform((given, context): Stage => {
    const [since = 'open', ...others] = SINCE.filter((name) => given[name] !== undefined)
    const afterMs = given[since]
    if (afterMs === undefined || others.length > 0) {
      context.addIssue({ code: 'custom', message: `must have one of ${SINCE.join(', ')}` })
    }
    return { since, afterMs: afterMs ?? 0, steps: given.flow }
  })
  .meta({ id: 'FlowStage' })

/** One flow for two timers, as Simple Log Service's second tab has it. */
const shortStages = z
  .strictObject({ unclaimedAfter: interval.optional(), claimedAfter: interval.optional(), flow: steps })
  .refine(
    ({ unclaimedAfter, claimedAfter }) => unclaimedAfter !== undefined || claimedAfter !== undefined,
    'must have unclaimedAfter or claimedAfter',
  )
  .transform(({ unclaimedAfter, claimedAfter, flow }): Stage[] => [
    ...(unclaimedAfter === undefined ? [] : [{ since: 'unclaimed' as const, afterMs: unclaimedAfter, steps: flow }]),
    ...(claimedAfter === undefined ? [] : [{ since: 'claimed' as const, afterMs: claimedAfter, steps: flow }]),
  ])

const stages = z
  .array(stage)
  .max(LIMITS.flowStages, `limit: at most ${LIMITS.flowStages} stages are allowed`)
  .superRefine((list, context) => {
    for (const [place, { since, afterMs }] of list.entries()) {
      const same = list.findIndex((other) => other.since === since && other.afterMs === afterMs)
      if (same === place) continue
      const message = `is at the moment of escalation[${same}]: write the steps of both into one`
      context.addIssue({ code: 'custom', path: [place, since], message })
    }
  })

const fallback = z
  // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
  .strictObject({ after: interval.describe('For so long nothing has arrived at a target'), then: actionGroup })
  .transform(({ after, then: actions }): Fallback => ({ afterMs: after, actions }))
  .meta({ id: 'FlowFallback' })

/** The fields of a policy that a flow is made of. */
export const flowFields = {
  notify: notifyActions.optional(),
  flow: primarySteps.optional(),
  escalation: z
    .unknown()
    .transform((given, context): Stage[] => {
      const read = z.safeParse(Array.isArray(given) ? stages : shortStages, given)
      if (read.success) return read.data
      for (const issue of read.error.issues) context.addIssue({ ...issue })
      return z.NEVER
    })
    .meta({ type: 'array', items: {} })
    .optional(),
  fallback: fallback.optional(),
  calendar: z.string().optional().describe('Id of the calendar for the periods of actions'),
}

export interface GivenFlow {
  notify?: FlowAction[] | undefined
  flow?: Step[] | undefined
  escalation?: Stage[] | undefined
  fallback?: Fallback | undefined
  calendar?: string | undefined
}

/** The problems between the fields. */
export function refuseFlow(
  { notify, flow, escalation, fallback, calendar }: GivenFlow,
  context: z.RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message })
  if (notify?.length && flow?.length) refuse(['notify'], 'cannot stand beside flow')
  const given = { steps: flow ?? [], stages: escalation ?? [], fallback }
  const conditions = [...stepsOf(given)].flatMap(({ if: condition }) => [...conditionsOf(condition?.is ?? { and: [] })])
  const most = LIMITS.flowConditions
  if (conditions.length > most)
    refuse(['flow'], `limit: has ${conditions.length} conditions, at most ${most} are allowed`)
  const actions = [...actionsOf({ ...given, notify })]
  if (flowOf({ notify, flow, escalation, fallback }) !== undefined && actions.length > LIMITS.flowActions) {
    refuse([], `limit: has ${actions.length} actions, at most ${LIMITS.flowActions} are allowed`)
  }
  const inPeriods = actions.filter(([, { period }]) => period !== 'any')
  if (calendar !== undefined && inPeriods.length === 0) refuse(['calendar'], 'is of no use: no action has a period')
  if (calendar !== undefined) return
  for (const [path] of inPeriods) refuse([...path, 'period'], 'needs a calendar: name one in `calendar` of the policy')
}

/** The flow of the fields; undefined: the policy tells channels alone, all of them and always. */
export function flowOf({ notify = [], flow, escalation, fallback, calendar }: GivenFlow): Flow | undefined {
  const steps = flow?.length || notify.length === 0 ? (flow ?? []) : [{ actions: notify }]
  const [only, ...others] = steps
  const isPlain = others.length === 0 && only?.if === undefined && (only?.actions ?? []).every(isChannelAlone)
  if (isPlain && (escalation ?? []).length === 0 && fallback === undefined) return undefined
  return {
    steps,
    stages: escalation ?? [],
    ...(fallback === undefined ? {} : { fallback }),
    ...(calendar === undefined ? {} : { calendar }),
  }
}

/** The channels of a policy without a flow. */
export function plainChannels({ notify, flow }: GivenFlow): string[] {
  return [...new Set((flow?.[0]?.actions ?? notify ?? []).map(({ channel }) => channel))]
}

function isChannelAlone(action: FlowAction): boolean {
  const { users, groups, onDuty, period, sendResolved, template, mention, details } = action
  const special = [sendResolved, template, mention, details].some((one) => one !== undefined)
  return users.length + groups.length + onDuty.length === 0 && period === 'any' && !special
}

/** The fields as people write them, the shortest form. */
export function showFlow({ steps, stages, fallback, calendar }: Flow): Shown {
  const [first, second] = steps
  const short = first === undefined || (second === undefined && first.if === undefined && first.end === undefined)
  return {
    ...(calendar === undefined ? {} : { calendar }),
    ...(short ? { notify: (first?.actions ?? []).map(showAction) } : { flow: steps.map(showStep) }),
    ...(stages.length === 0 ? {} : { escalation: stages.map(showStage) }),
    ...(fallback && { fallback: showFallback(fallback) }),
  }
}

function showFallback({ afterMs, actions }: Fallback): Shown {
  // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
  return { after: formatDuration(afterMs), then: actions.map(showAction) }
}

function showStage({ since, afterMs, steps }: Stage): Shown {
  return { [since]: formatDuration(afterMs), flow: steps.map(showStep) }
}

function showStep({ if: condition, actions, end }: Step): Shown {
  return {
    ...(condition && { if: { [condition.over]: showExpression(condition.is) } }),
    // biome-ignore lint/suspicious/noThenProperty: `then` is a key of flows in the document
    then: actions.map(showAction),
    ...(end ? { end } : {}),
  }
}

/** Conditions that all hold are a list. */
function showExpression(is: Expression): unknown {
  return 'and' in is ? is.and : is
}

export function showAction({
  channel,
  period,
  sendResolved,
  template,
  mention,
  details,
  ...people
}: FlowAction): Shown {
  return {
    channel,
    ...showPeople(people),
    ...(period === 'any' ? {} : { period }),
    ...(sendResolved === undefined ? {} : { sendResolved }),
    ...(template === undefined ? {} : { template }),
    ...(mention && { mention: { ...showPeople(mention), ...(mention.all && { all: true }) } }),
    ...(details === undefined ? {} : { details }),
  }
}

function showPeople({ users, groups, onDuty }: Omit<MentionedPeople, 'all'>): Shown {
  return {
    ...(users.length === 0 ? {} : { users }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(onDuty.length === 0 ? {} : { onDuty }),
  }
}

/** Warnings about a flow alone: the place, and the reason. */
export function flowWarnings({ steps, fallback }: Flow): Problem[] {
  const field = steps.length === 1 && steps[0]!.if === undefined ? 'notify' : 'flow'
  const always = steps.findIndex((step) => step.if === undefined)
  const ended = steps.findIndex((step) => step.if === undefined && step.end)
  return [
    ...(always < 0 && fallback === undefined
      ? [{ path: field, message: 'tells nobody of alerts for which no step holds: no step is without `if`' }]
      : []),
    ...(ended >= 0 && ended < steps.length - 1
      ? [{ path: `flow[${ended + 1}]`, message: `is never looked at: flow[${ended}] always holds, and has end` }]
      : []),
  ]
}

interface GivenSteps {
  steps: readonly Step[]
  stages: readonly Stage[]
}

function* stepsOf({ steps, stages }: GivenSteps): Generator<Step> {
  yield* steps
  for (const stage of stages) yield* stage.steps
}

/** Every action with its place in the policy. */
function* actionsOf({
  steps,
  stages,
  fallback,
  notify = [],
}: GivenSteps & Pick<GivenFlow, 'notify' | 'fallback'>): Generator<[(string | number)[], FlowAction]> {
  const list = function* (actions: readonly FlowAction[], place: (string | number)[]) {
    for (const [index, one] of actions.entries()) yield [[...place, index], one] as [(string | number)[], FlowAction]
  }
  yield* list(notify, ['notify'])
  for (const [index, { actions }] of steps.entries()) yield* list(actions, ['flow', index, 'then'])
  for (const [at, stage] of stages.entries()) {
    for (const [index, { actions }] of stage.steps.entries()) {
      yield* list(actions, ['escalation', at, 'flow', index, 'then'])
    }
  }
  yield* list(fallback?.actions ?? [], ['fallback', 'then'])
}
