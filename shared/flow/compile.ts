import type { Millis } from '../base/time.ts'
import type { Fallback, Flow, FlowAction, MentionedPeople, Stage, Step } from '../config/flow.ts'
import type { Mention } from '../delivery/delivery.ts'
import type { DetailsPage } from '../delivery/details-page.ts'
import { notificationTarget, type Target, targetKey } from '../delivery/target.ts'
import type { People } from '../people/people.ts'
import { compileExpression } from './expression.ts'
import type { Subject } from './fields.ts'
import { canBeTold, dutySpans, everOnDuty, membersOf } from './people.ts'
import { periodSpans } from './periods.ts'
import type { Spans } from './spans.ts'

/** A flow with the people of the account, ready for questions. */
export interface CompiledFlow {
  /** By `targetKey`, in the order of the flow: every target that the flow can name at some moment. */
  everyone: ReadonlyMap<string, EveryTarget>
  steps: readonly CompiledStep[]
  stages: readonly CompiledStage[]
  fallback: (Pick<Fallback, 'afterMs'> & { actions: readonly CompiledAction[] }) | undefined
}

/** The parts of a target that do not depend on the moment. */
export interface EveryTarget {
  target: Target
  /** The place of the first action that can name the target. */
  step: string
  /** Whether ends are told, by the first action that names the target; absent: as the channel says. */
  sendResolved?: boolean
  /** Content template, and page of the incident, of the first action that can name the target. */
  template?: string
  details?: DetailsPage
  /** The periods of all actions that can name the target. */
  periods: readonly Spans<boolean>[]
}

export interface CompiledStep {
  /** The place in the policy, as the document has it: `flow[0]`, `escalation[1].flow[0]`. */
  name: string
  over: 'any' | 'all'
  /** Whether the condition holds for an alert; absent: the step has no condition. */
  holdsFor?: (alert: Subject) => boolean
  actions: readonly CompiledAction[]
  end: boolean
}

export interface CompiledStage extends Pick<Stage, 'since' | 'afterMs'> {
  steps: readonly CompiledStep[]
}

export interface CompiledAction {
  name: string
  /** The targets at every moment … */
  always: readonly Target[]
  /** … and the users on duty. */
  onDuty: readonly { channel: string; user: Spans<string | undefined> }[]
  inPeriod: Spans<boolean>
  /** Content template; absent: that of the policy. */
  template?: string
  /** Page of the incident; absent: as the channel says. */
  details?: DetailsPage
  /** People to mention at a moment. Absent: nobody. */
  mention?: (at: Millis) => Mention
}

export function compileFlow(flow: Flow, people: People): CompiledFlow {
  const calendar = flow.calendar === undefined ? undefined : people.calendar(flow.calendar)
  const everyone = new Map<string, EveryTarget & { periods: Spans<boolean>[] }>()
  const action = (name: string, given: FlowAction): CompiledAction => {
    const { channel, users, groups, onDuty, period, sendResolved, template, mention, details } = given
    const inPeriod = periodSpans(period, calendar)
    const told = [...users.filter((user) => canBeTold(people, user)), ...groups.flatMap((id) => membersOf(people, id))]
    const named = users.length + groups.length + onDuty.length > 0
    const always = named ? targetsOf(channel, told) : [notificationTarget(channel)]
    const atTimes = targetsOf(
      channel,
      onDuty.flatMap((id) => everOnDuty(people, id)),
    )
    for (const target of [...always, ...atTimes]) {
      const known = everyone.get(targetKey(target))
      if (known !== undefined) known.periods.push(inPeriod)
      else everyone.set(targetKey(target), { target, step: name, sendResolved, template, details, periods: [inPeriod] })
    }
    const duties = onDuty.map((id) => ({ channel, user: dutySpans(people, id) }))
    const words = { template, details, mention: mention && mentioned(mention, people) }
    return { name, always, onDuty: duties, inPeriod, ...words }
  }
  const steps = (list: readonly Step[], place: string): CompiledStep[] =>
    list.map(({ if: condition, actions, end }, index) => {
      const name = `${place}flow[${index}]`
      return {
        name,
        over: condition?.over ?? 'any',
        ...(condition && { holdsFor: askedOncePerAlert(compileExpression(condition.is)) }),
        actions: actions.map((one) => action(name, one)),
        end: end === true,
      }
    })
  return {
    everyone,
    steps: steps(flow.steps, ''),
    stages: flow.stages.map((stage, index) => ({
      since: stage.since,
      afterMs: stage.afterMs,
      steps: steps(stage.steps, `escalation[${index}].`),
    })),
    fallback: flow.fallback && {
      afterMs: flow.fallback.afterMs,
      actions: flow.fallback.actions.map((one) => action('fallback', one)),
    },
  }
}

function mentioned({ users, groups, onDuty, all }: MentionedPeople, people: People): (at: Millis) => Mention {
  const always = [...users.filter((user) => canBeTold(people, user)), ...groups.flatMap((id) => membersOf(people, id))]
  const duties = onDuty.map((id) => dutySpans(people, id))
  return (at) => {
    const now = duties.flatMap((user) => user(at).value ?? [])
    return { users: [...new Set([...always, ...now])], ...(all === undefined ? {} : { all }) }
  }
}

function targetsOf(channel: string, users: readonly string[]): Target[] {
  return [...new Set(users)].map((user) => ({ ...notificationTarget(channel), user }))
}

/** An alert is never changed in place, so an answer about an alert holds for as long as the alert is there. */
function askedOncePerAlert(holdsFor: (alert: Subject) => boolean): (alert: Subject) => boolean {
  const answers = new WeakMap<Subject, boolean>()
  return (alert) => {
    const known = answers.get(alert)
    if (known !== undefined) return known
    const holds = holdsFor(alert)
    answers.set(alert, holds)
    return holds
  }
}
