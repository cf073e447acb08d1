import { type Chance, HOUR, MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { Channel, Policy } from '../../../shared/config/config.ts'
import type { Fallback, Flow, FlowAction, Period, Stage, Step } from '../../../shared/config/flow.ts'
import { defaultConfig, type Sections, sectionsOf } from '../../../shared/config/sections.ts'
import type { Action } from '../../../shared/group/action.ts'
import type { Calendar } from '../../../shared/people/calendar.ts'
import type { UserGroup } from '../../../shared/people/group.ts'
import type { Rotation } from '../../../shared/people/rotation.ts'
import type { User } from '../../../shared/people/user.ts'
import { type Act, drawStory, NEVER_REPEAT_MS, RECOVER_MS, type Story } from '../story.ts'
import { between, EPOCH, pick } from '../world.ts'

/*
 * Stories about flows: conditions, stages, periods, rotations, fallback, and people who act on incidents. Shifts and hours
 * of work change at whole minutes, so that a minute has one change at most: the checks rely on it.
 */

const NAMES = ['a', 'b', 'c', 'd']
const USERS = ['amy', 'bob', 'cid', 'dan']
/** In whole seconds, around the intervals of groups. */
const TIMERS = [2, 3, 10, 11, 12, 30, 60, 90]

export function drawFlowStory(chance: Chance, clean: boolean): Story {
  const story = drawStory(chance, clean)
  const sections = drawSections(chance)
  const changes =
    chance() < 0.5 ? [{ atMs: between(chance, 1, story.stormMs), sections: changed(chance, sections) }] : []
  const back =
    changes.length > 0 && chance() < 0.4 ? [{ atMs: changes[0]!.atMs + between(chance, 1, MINUTE), sections }] : []
  return {
    ...story,
    // Nothing is compared with Alertmanager, which has no flows.
    bodyBytes: undefined,
    posts: story.posts.map((post) => ({ ...post, bytes: 0 })),
    sections,
    changes: [...changes, ...back],
    claims: [],
    acts: drawActs(chance, story, sections),
  }
}

export function hasFlow({ sections, changes }: Pick<Story, 'sections' | 'changes'>): boolean {
  const all = [sections, ...changes.map((change) => change.sections)]
  return all.some(({ policies }) => policies.some(({ flow }) => flow !== undefined))
}

function drawSections(chance: Chance): Sections {
  const settings = { url: 'http://192.0.2.1/x', timeoutMs: pick(chance, [1000, 5000]) }
  const channels: Channel[] = [
    { id: 'ops', type: 'webhook', sendResolved: chance() < 0.75, settings },
    { id: 'pager', type: 'pager', sendResolved: chance() < 0.75, settings },
  ]
  const integrations = sectionsOf(defaultConfig()).integrations.map((integration) => {
    return { ...integration, autoRecoverAfterMs: RECOVER_MS }
  })
  return {
    ...sectionsOf(defaultConfig()),
    integrations,
    channels,
    users: USERS.map((id) => person(id)),
    userGroups: [drawTeam(chance), drawShift(chance)],
    calendars: [drawCalendar(chance)],
    policies: [drawPolicy(chance)],
  }
}

/** In every address of a user, and nowhere else. */
export const SECRET = 'mailbox.example'

export function person(id: string, more: Partial<User> = {}): User {
  const emails = [`${id}@${SECRET}`]
  return { id, name: id, enabled: true, sms: false, voice: false, emails, language: 'en', timeZone: 'UTC', ...more }
}

function drawTeam(chance: Chance): UserGroup {
  return { id: 'team', members: USERS.filter(() => chance() < 0.5), enabled: true }
}

function drawShift(chance: Chance): UserGroup {
  const order = USERS.slice(0, between(chance, 1, 3))
  const first = between(chance, 0, 3)
  const take = { from: clockOf(first), until: clockOf(first + between(chance, 1, 2)), user: pick(chance, USERS) }
  return {
    id: 'shift',
    members: order,
    enabled: true,
    rotation: rotation({ order, overrides: chance() < 0.6 ? [take] : [] }),
  }
}

export function rotation(more: Pick<Rotation, 'order'> & Partial<Rotation>): Rotation {
  return { start: clockOf(0), every: '1d', timeZone: 'UTC', overrides: [], ...more }
}

/** So many minutes after the beginning of the world. */
export function clockOf(minute: number): string {
  return new Date(EPOCH + minute * MINUTE).toISOString().slice(0, 16)
}

function drawCalendar(chance: Chance): Calendar {
  const from = between(chance, 0, 2)
  return calendar(from, from + between(chance, 1, 3))
}

/** Every day is a day of work, and its hours are these minutes after midnight, which is the beginning of the world. */
export function calendar(from: number, to: number): Calendar {
  const worktime = [{ start_time: clockOf(from).slice(11), end_time: clockOf(to).slice(11) }]
  return { id: 'office', timeZone: 'UTC', workdays: ['sunday:saturday'], worktime, daysOff: [], extraWorkdays: [] }
}

function drawPolicy(chance: Chance): Policy {
  return {
    id: 'all',
    name: 'all',
    // Alerts of Tocsin about itself are no alerts of the story.
    match: [{ name: 'group', op: '!=', value: '' }],
    groupBy: pick(chance, [['group'], [], 'all' as const]),
    groupWaitMs: pick(chance, [0, 1000, 3000]),
    groupIntervalMs: pick(chance, [1000, 3000, 11_000, 30_000]),
    repeatIntervalMs: NEVER_REPEAT_MS,
    targets: [],
    lifecycle: [],
    muteTimes: [],
    activeTimes: [],
    silencedEnds: 'told',
    flow: drawFlow(chance),
    receiver: 'all',
    routeKey: '{}/{all}',
  }
}

function drawFlow(chance: Chance): Flow {
  return {
    steps: drawSteps(chance, between(chance, 1, 3)),
    stages: Array.from({ length: between(chance, 0, 3) }, () => drawStage(chance)),
    ...(chance() < 0.3 ? { fallback: drawFallback(chance) } : {}),
    ...(chance() < 0.5 ? { calendar: 'office' } : {}),
  }
}

function drawSteps(chance: Chance, count: number): Step[] {
  return Array.from({ length: count }, (): Step => {
    const value = NAMES.filter(() => chance() < 0.5)
    const named = { field: 'labels.name', op: pick(chance, ['in', 'not in'] as const), value }
    const condition = { if: { over: pick(chance, ['any', 'all'] as const), is: named } }
    return {
      ...(chance() < 0.6 ? condition : {}),
      actions: Array.from({ length: between(chance, 1, 2) }, () => drawAction(chance)),
      ...(chance() < 0.2 ? { end: true as const } : {}),
    }
  })
}

function drawAction(chance: Chance): FlowAction {
  const period = chance() < 0.7 ? ('any' as const) : pick<Period>(chance, ['worktime', 'offtime', 'workday', 'dayoff'])
  const ends = chance() < 0.15 ? { sendResolved: chance() < 0.5 } : {}
  if (chance() < 0.2) return { channel: 'ops', users: [], groups: [], onDuty: [], period, ...ends }
  const roll = chance()
  return {
    channel: 'pager',
    users: roll < 0.6 ? [pick(chance, USERS)] : [],
    groups: roll >= 0.5 && roll < 0.8 ? ['team'] : [],
    onDuty: roll >= 0.7 ? ['shift'] : [],
    period,
    ...ends,
  }
}

function drawStage(chance: Chance): Stage {
  return {
    since: pick(chance, ['unclaimed', 'unclaimed', 'claimed', 'open']),
    afterMs: pick(chance, TIMERS) * 1000,
    steps: drawSteps(chance, between(chance, 1, 2)),
  }
}

function drawFallback(chance: Chance): Fallback {
  return { afterMs: pick(chance, TIMERS) * 1000, actions: [drawAction(chance)] }
}

/** A user is disabled or moves to another group, a timer or the steps of a stage are edited, or a fallback comes. */
function changed(chance: Chance, before: Sections): Sections {
  const [policy] = before.policies as [Policy]
  const flow = policy.flow!
  const edited = (next: Partial<Flow>): Sections => ({
    ...before,
    policies: [{ ...policy, flow: { ...flow, ...next } }],
  })
  return pick(chance, [
    () => ({ ...before, users: before.users.map((user) => ({ ...user, enabled: chance() < 0.6 })) }),
    () => ({ ...before, userGroups: [drawTeam(chance), drawShift(chance)] }),
    () => edited({ stages: flow.stages.map((stage) => ({ ...stage, afterMs: pick(chance, TIMERS) * 1000 })) }),
    () => edited({ stages: [...flow.stages.slice(1), drawStage(chance)] }),
    () => edited({ steps: drawSteps(chance, 2) }),
    () => edited({ fallback: drawFallback(chance) }),
  ])()
}

/** Some come exactly when a timer of a stage runs out that began with the first flush of an alert's group. */
function drawActs(chance: Chance, { stormMs, posts }: Story, { policies: [policy] }: Sections): Act[] {
  const types: Action['type'][] = [
    'claim',
    'claim',
    'claim',
    'assign',
    'unclaim',
    'unclaim',
    'close',
    'reopen',
    'comment',
  ]
  const timers = policy!.flow!.stages.map(({ afterMs }) => afterMs)
  const atTimer = (): Millis =>
    pick(chance, posts).atMs + policy!.groupWaitMs + pick(chance, timers) + between(chance, -1, 2)
  const acts = Array.from({ length: between(chance, 0, 5) }, (): Act => {
    const atMs = timers.length > 0 && chance() < 0.4 ? atTimer() : between(chance, 0, stormMs + MINUTE)
    const type = pick(chance, types)
    return { atMs, type, by: pick(chance, USERS), ...(type === 'assign' ? { to: pick(chance, USERS) } : {}) }
  })
  return acts.filter(({ atMs }) => atMs >= 0 && atMs < HOUR).sort((a, b) => a.atMs - b.atMs)
}
