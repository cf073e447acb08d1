import type { Flow, FlowAction, Stage, Step } from '../../../shared/config/flow.ts'
import { type Situation, seatsOf } from '../../../shared/flow/audience.ts'
import { compileFlow } from '../../../shared/flow/compile.ts'
import type { Subject } from '../../../shared/flow/fields.ts'
import { calendarSchema } from '../../../shared/people/calendar.ts'
import { userGroupSchema } from '../../../shared/people/group.ts'
import { compilePeople, type People } from '../../../shared/people/people.ts'

/** Monday, in no zone's night. */
export const NOON = Date.parse('2026-03-02T12:00:00Z')

const lean = (id: string) => ({ id, enabled: true, sms: true, voice: true, language: 'en' as const, timeZone: 'UTC' })

/** Users alice, bobby, carol (disabled) and dave1; the group `both`, the rotation `duty`, the calendar `office`. */
export const PEOPLE: People = compilePeople('1', {
  users: [lean('alice'), lean('bobby'), { ...lean('carol'), enabled: false }, lean('dave1')],
  userGroups: [
    userGroupSchema.parse({ id: 'both-of', members: ['alice', 'bobby', 'carol', 'gone1'] }),
    userGroupSchema.parse({ id: 'closed', members: ['alice'], enabled: false }),
    userGroupSchema.parse({
      id: 'on-duty',
      members: ['alice', 'bobby'],
      rotation: {
        start: '2026-03-02T09:00',
        every: '1d',
        order: ['alice', 'bobby'],
        overrides: [{ from: '2026-03-05T09:00', until: '2026-03-05T15:00', user: 'dave1' }],
      },
    }),
  ],
  calendars: [calendarSchema.parse({ id: 'office' })],
})

export function alertNamed(name: string, labels: Record<string, string> = {}): Subject {
  return { labels: { alertname: name, ...labels }, annotations: {}, origin: { account: 'acme', integration: 'prod' } }
}

export function action(channel: string, more: Partial<FlowAction> = {}): FlowAction {
  return { channel, users: [], groups: [], onDuty: [], period: 'any', ...more }
}

/** A step for alerts of this name. */
export function step(names: string | undefined, actions: FlowAction[], more: Partial<Step> = {}): Step {
  if (names === undefined) return { actions, ...more }
  return { if: { over: 'any', is: { field: 'alertname', op: 'in', value: names.split(' ') } }, actions, ...more }
}

export function flow(steps: Step[], stages: Stage[] = [], more: Partial<Flow> = {}): Flow {
  return { steps, stages, calendar: 'office', ...more }
}

/** The seats as `target why step`, and the next change in minutes from the moment. */
export function look(given: Flow, situation: Partial<Situation> = {}): { told: string[]; changes: number | undefined } {
  const now = situation.now ?? NOON
  const { seats, changesAt } = seatsOf(compileFlow(given, PEOPLE), {
    alerts: [alertNamed('a')],
    failingSince: () => undefined,
    spreadMs: 0,
    ...situation,
    now,
  })
  const told = [...seats].map(([key, { why, step, opensAt }]) => {
    return `${key} ${why} ${step}${opensAt === undefined ? '' : ` opens in ${(opensAt - now) / 60_000}`}`
  })
  return { told, changes: changesAt && (changesAt - now) / 60_000 }
}
