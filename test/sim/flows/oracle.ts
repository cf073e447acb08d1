import { DAY, MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { Condition, Flow, FlowAction, Period, Stage, Step } from '../../../shared/config/flow.ts'
import type { Sections } from '../../../shared/config/sections.ts'
import type { Incident } from '../../../shared/group/group.ts'
import { EPOCH } from '../world.ts'

/*
 * Who is to be told, by the flow as it is written: simple, slow, and without a line of the product's own evaluation. The
 * groups of an account see the change of a shift, and the opening of a period, up to a minute late. So there are two
 * answers: who must be told, and who may be.
 */

export interface Facts {
  /** The alerts that fire and that nothing mutes. */
  names: readonly string[]
  incident: Incident | undefined
  /** Since when nothing arrives at the target; undefined: it is well. */
  failingSince(key: string): Millis | undefined
  people: Pick<Sections, 'users' | 'userGroups' | 'calendars'>
}

export interface Named {
  key: string
  why: 'primary' | 'escalated' | 'fallback'
  /** Of an escalation: the moment from which on its stage holds. */
  since?: Millis
}

/** `late`: what counts on a shift or a period counts a minute later. */
export function namedBy(flow: Flow, facts: Facts, now: Millis, late: Millis): Named[] {
  const targets = (steps: readonly Step[]): string[] =>
    applying(steps, facts.names).flatMap((step) =>
      step.actions.flatMap((action) => told(action, flow, facts, now, late)),
    )
  if (facts.names.length === 0) return []
  const primary = targets(flow.steps).map((key): Named => ({ key, why: 'primary' }))
  const found = [...primary]
  // Whether a target is in its period or not, it is out of reach.
  const named = applying(flow.steps, facts.names).flatMap(({ actions }) =>
    actions.flatMap((action) => told({ ...action, period: 'any' }, flow, facts, now, late)),
  )
  const { fallback } = flow
  if (fallback !== undefined && named.some((key) => (facts.failingSince(key) ?? now) + fallback.afterMs <= now)) {
    const keys = fallback.actions.flatMap((action) => told(action, flow, facts, now, late))
    found.push(...keys.map((key): Named => ({ key, why: 'fallback' })))
  }
  for (const stage of flow.stages) {
    const since = momentOf(stage, facts.incident)
    if (since === undefined || since > now) continue
    found.push(...targets(stage.steps).map((key): Named => ({ key, why: 'escalated', since })))
  }
  return found
}

export function momentOf({ since, afterMs }: Stage, incident: Incident | undefined): Millis | undefined {
  if (incident?.audibleSince === undefined) return undefined
  const { audibleSince, handler, claimedAt = audibleSince, freeSince = audibleSince } = incident
  if (since === 'open') return audibleSince + afterMs
  if ((handler === undefined) !== (since === 'unclaimed')) return undefined
  return Math.max(audibleSince, handler === undefined ? freeSince : claimedAt) + afterMs
}

/** Every target that the flow can name with these people. */
export function everyoneIn({ steps, stages, fallback }: Flow, people: Facts['people']): Set<string> {
  const actions = [...steps, ...stages.flatMap((stage) => stage.steps)].flatMap((step) => step.actions)
  const keys = [...actions, ...(fallback?.actions ?? [])].flatMap((action) => {
    if (isAlone(action)) return [action.channel]
    const shifts = action.onDuty.flatMap((id) => {
      const { order = [], overrides = [] } = groupOf(people, id)?.rotation ?? {}
      return [...order, ...overrides.map(({ user }) => user)]
    })
    return usersOf([...action.users, ...membersOf(people, action.groups), ...shifts], action, people)
  })
  return new Set(keys)
}

/** Whether an action that can name the target is in its period. */
export function mayHearAt(flow: Flow, key: string, people: Facts['people'], now: Millis): boolean {
  const { steps, stages, fallback } = flow
  const actions = [...steps, ...stages.flatMap((stage) => stage.steps)].flatMap((step) => step.actions)
  return [...actions, ...(fallback?.actions ?? [])].some((action) => {
    const names = everyoneIn({ steps: [{ actions: [action] }], stages: [] }, people).has(key)
    return names && isOpen(action.period, flow.calendar, people, now)
  })
}

/** Whether ends are told to the target: as the first action says that names it. */
export function endsAreTold(flow: Flow, key: string, sections: Sections): boolean {
  const { steps, stages, fallback } = flow
  const actions = [...steps, ...stages.flatMap((stage) => stage.steps)].flatMap((step) => step.actions)
  const first = [...actions, ...(fallback?.actions ?? [])].find((action) => {
    return everyoneIn({ steps: [{ actions: [action] }], stages: [] }, sections).has(key)
  })
  const channel = sections.channels.find(({ id }) => id === key.split('@')[0])
  return first?.sendResolved ?? channel?.sendResolved ?? true
}

function applying(steps: readonly Step[], names: readonly string[]): Step[] {
  const found: Step[] = []
  for (const step of steps) {
    if (!holds(step, names)) continue
    found.push(step)
    if (step.end) break
  }
  return found
}

/** The conditions of stories name alerts. */
function holds(step: Step, names: readonly string[]): boolean {
  if (step.if === undefined) return true
  const { op, value } = step.if.is as Condition
  const fits = (name: string): boolean => value.includes(name) === (op === 'in' || op === '=')
  return step.if.over === 'any' ? names.some(fits) : names.every(fits)
}

function told(action: FlowAction, { calendar }: Flow, { people }: Facts, now: Millis, late: Millis): string[] {
  const begun = isOpen(action.period, calendar, people, now - late)
  if (!isOpen(action.period, calendar, people, now) || !begun) return []
  if (isAlone(action)) return [action.channel]
  const shifts = action.onDuty.flatMap((id) => onDuty(people, id, now - late) ?? [])
  return usersOf([...action.users, ...membersOf(people, action.groups), ...shifts], action, people)
}

function isAlone({ users, groups, onDuty }: FlowAction): boolean {
  return users.length + groups.length + onDuty.length === 0
}

function usersOf(users: readonly string[], { channel }: FlowAction, people: Facts['people']): string[] {
  return users.filter((id) => isEnabled(people, id)).map((id) => `${channel}@${id}`)
}

function membersOf(people: Facts['people'], ids: readonly string[]): string[] {
  return ids.flatMap((id) => groupOf(people, id)?.members ?? [])
}

function groupOf({ userGroups }: Facts['people'], id: string): Sections['userGroups'][number] | undefined {
  return userGroups.find((group) => group.id === id && group.enabled)
}

function isEnabled({ users }: Facts['people'], id: string): boolean {
  return users.some((user) => user.id === id && user.enabled)
}

/** Shifts take a day and begin with the world. A run ends before the first shift does, but not by every clock. */
function onDuty(people: Facts['people'], id: string, at: Millis): string | undefined {
  const { order = [], overrides = [] } = groupOf(people, id)?.rotation ?? {}
  const taker = overrides.findLast(({ from, until, user }) => {
    return Date.parse(`${from}Z`) <= at && at < Date.parse(`${until}Z`) && isEnabled(people, user)
  })
  const shift = Math.floor((at - EPOCH) / DAY) % Math.max(1, order.length)
  const turns = order.map((_, turn) => order[(shift + order.length + turn) % order.length]!)
  return taker?.user ?? turns.find((user) => isEnabled(people, user))
}

function isOpen(period: Period, id: string | undefined, { calendars }: Facts['people'], at: Millis): boolean {
  if (period === 'any' || period === 'workday') return true
  if (period === 'dayoff') return false
  const calendar = calendars.find((one) => one.id === id)
  if (calendar === undefined) return period === 'worktime'
  const minute = Math.floor((((at - EPOCH) % DAY) + DAY) / MINUTE) % (DAY / MINUTE)
  const works = calendar.worktime.some(
    ({ start_time: from, end_time: to }) => minuteOf(from) <= minute && minute < minuteOf(to),
  )
  return works === (period === 'worktime')
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}
