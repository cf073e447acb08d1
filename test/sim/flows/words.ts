import type { Policy } from '../../../shared/config/config.ts'
import type { Expression, Flow, FlowAction, Period, Stage, Step } from '../../../shared/config/flow.ts'
import type { People } from '../scripts.ts'
import { calendar, clockOf, person, rotation } from './story.ts'

/* The words of scripts about flows: a webhook `ops`, and a channel `pager` that reaches people. */

const NOBODY: Pick<FlowAction, 'users' | 'groups' | 'onDuty' | 'period'> = {
  users: [],
  groups: [],
  onDuty: [],
  period: 'any',
}
export const OPS: FlowAction = { channel: 'ops', ...NOBODY }
export const SHIFT: FlowAction = { channel: 'pager', ...NOBODY, onDuty: ['shift'] }

export function pages(user: string, more: Partial<FlowAction> = {}): FlowAction {
  return { channel: 'pager', ...NOBODY, users: [user], ...more }
}

export function step(...actions: FlowAction[]): Step {
  return { actions }
}

export function when(over: 'any' | 'all', name: string, ...actions: FlowAction[]): Step {
  const is: Expression = { field: 'labels.name', op: '=', value: name }
  return { if: { over, is }, actions }
}

export function stage(since: Stage['since'], seconds: number, ...actions: FlowAction[]): Stage {
  return { since, afterMs: seconds * 1000, steps: [step(...actions)] }
}

export function flow(given: Partial<Flow>): Partial<Policy>[] {
  return [{ targets: [], flow: { steps: [step(OPS)], stages: [], ...given } }]
}

/** Amy is on duty, and Bob from the first minute on. */
const HANDOVER = rotation({ order: ['amy'], overrides: [{ from: clockOf(1), until: clockOf(600), user: 'bob' }] })
const USERS = ['amy', 'bob', 'cid'].map((id) => person(id))
export const PEOPLE: People = {
  users: USERS,
  userGroups: [{ id: 'shift', members: ['amy'], enabled: true, rotation: HANDOVER }],
  calendars: [],
}

export function without(user: string): People {
  return { ...PEOPLE, users: USERS.map((one) => (one.id === user ? { ...one, enabled: false } : one)) }
}

/** Hours of work from a minute until another. */
export function working(from: number, to: number): People {
  return { ...PEOPLE, calendars: [calendar(from, to)] }
}

export function inPeriod(period: Period, more: Partial<FlowAction> = {}): Partial<Policy>[] {
  return flow({ steps: [step(pages('amy', { period, ...more }))], calendar: 'office' })
}
