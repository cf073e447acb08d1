import * as z from 'zod'
import { parseRfc3339 } from '../../../../shared/base/rfc3339.ts'
import { DAY, HOUR, MAX_MILLIS, type Millis } from '../../../../shared/base/time.ts'
import { DEFAULT_INTEGRATION } from '../../../../shared/config/sections.ts'
import { duration, labelTexts } from '../../../../shared/document/reading/fields.ts'
import type { Happening } from '../../../../shared/rehearsal/happening.ts'
import { personField, textField } from '../../incidents/action-routes.ts'

const MOST_ALERTS = 1_000
const MOST_ACTIONS = 100
const LONGEST_MS = 31 * DAY

const moment = z
  .string()
  .transform((text, context) => {
    const at = parseRfc3339(text)
    if (at !== undefined) return at
    context.addIssue({ code: 'custom', message: 'expected a time, such as 2026-11-21T12:00:00Z' })
    return z.NEVER
  })
  .meta({ type: 'string', format: 'date-time' })

const after = duration.optional().describe('So long after the beginning; absent: at once')

const alert = z
  .strictObject({
    labels: labelTexts(() => undefined).refine((labels) => Object.keys(labels).length > 0, 'must have a label'),
    annotations: labelTexts(() => undefined).optional(),
    startsAt: moment.optional().describe('Absent: when the alert is received'),
    endsAt: moment.optional().describe('Absent: the alert fires to the end'),
    integration: z.string().max(100).optional().describe('Absent: `default`'),
    rule: z.string().max(100).optional().describe("A rule of the account's own that raises the alert"),
    after,
  })
  .meta({ id: 'SimulatedAlert' })

const action = z
  .strictObject({
    type: z.enum(['claim', 'unclaim', 'assign', 'comment', 'close', 'reopen']),
    by: personField,
    to: personField.optional(),
    text: textField.optional(),
    after,
  })
  .meta({ id: 'SimulatedAction' })

export const simulation = z
  .strictObject({
    alerts: z.array(alert).max(MOST_ALERTS, `limit: at most ${MOST_ALERTS} alerts are allowed`).default([]),
    incident: z.string().optional().describe('Id of an open incident that goes on from now'),
    actions: z
      .array(action)
      .max(MOST_ACTIONS, `limit: at most ${MOST_ACTIONS} actions are allowed`)
      .default([])
      .describe('What people do, on every incident that is open then'),
    config: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Sections of a document that take the place of those of the account'),
    at: moment.optional().describe('The beginning; absent: now'),
    for: duration.refine((ms) => ms > 0 && ms <= LONGEST_MS, 'must be more than 0s, and at most 31d').default(6 * HOUR),
  })
  .refine(({ alerts, incident }) => alerts.length > 0 || incident !== undefined, 'must have alerts, or an incident')
  .refine(({ at, incident }) => at === undefined || incident === undefined, {
    path: ['at'],
    message: 'cannot stand beside incident, which goes on from now',
  })
  .meta({ id: 'Simulation' })

export type Simulation = z.output<typeof simulation>

export function happeningsOf({ alerts, actions }: Simulation, account: string, from: Millis): Happening[] {
  const received = alerts.map(
    ({ labels, annotations = {}, startsAt, endsAt, integration, rule, after = 0 }): Happening => {
      const at = from + after
      const origin = {
        account,
        integration: integration ?? DEFAULT_INTEGRATION,
        ...(rule === undefined ? {} : { rule }),
      }
      return { at, alert: { labels, annotations, startsAt: startsAt ?? at, endsAt: endsAt ?? MAX_MILLIS, origin } }
    },
  )
  const done = actions.map(({ after = 0, ...what }): Happening => ({ at: from + after, action: what }))
  return [...received, ...done]
}
