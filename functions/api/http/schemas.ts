import * as z from 'zod'
import { reasonFields } from './reason.ts'

/** What answers look like: for the API's description, and for readers. */

export const time = z.iso.datetime().describe('RFC 3339, UTC, milliseconds')
const labels = z.record(z.string(), z.string())

export const pagingQuery = {
  after: '`next` of the answer before',
  limit: 'How many items at most: 1 to 500; 100 when absent',
}

export function listOf(item: z.ZodType): z.ZodType {
  return z.object({ items: z.array(item), next: z.string().optional() })
}

const alertFields = {
  fingerprint: z.string(),
  labels,
  annotations: labels,
  startsAt: time,
  endsAt: time,
}

export const alertItem = z.object({
  ...alertFields,
  updatedAt: time,
  generatorURL: z.string().optional(),
  state: z.enum(['firing', 'resolved', 'suppressed']),
  silencedBy: z.array(z.string()),
  inhibitedBy: z.array(z.string()),
  mutedBy: z.array(z.string()),
  integration: z.string(),
  groups: z.array(z.object({ id: z.string(), policy: z.string(), incident: z.string().optional() })),
})

const timelineEntry = z.object({
  at: time,
  kind: z.string(),
  ...reasonFields,
  target: z.string().optional(),
  delivery: z.string().optional(),
  alerts: z.array(z.string()).optional(),
  by: z.string().optional().describe('Who did it'),
  text: z.string().optional().describe('… and said'),
})

export const incidentItem = z.object({
  id: z.string(),
  group: z.string(),
  policy: z.string(),
  labels,
  state: z.enum(['open', 'closed']),
  openedAt: time,
  closedAt: time.optional(),
  closedBecause: z.enum(['resolved', 'closed', 'policy-removed']).optional(),
  closedBy: z.string().optional(),
  solution: z.string().optional(),
  handler: z.string().optional().describe('Who has it in hand'),
  comments: z.array(z.object({ at: time, by: z.string(), text: z.string() })).optional(),
  alerts: z.array(z.object({ ...alertFields, state: z.enum(['firing', 'resolved']) })),
})

export const incidentWithTimeline = incidentItem.extend({
  timeline: z.array(timelineEntry),
  timelineNext: z.string().optional().describe('`?after=` for the entries that follow'),
})

export const DELIVERY_STATES = ['waiting', 'sending', 'arrived', 'failed', 'ambiguous', 'dead', 'refused'] as const

const outcome = z.object({
  kind: z.string(),
  at: time,
  reason: z.string().optional(),
  detail: z.string().optional(),
})

export const deliveryItem = z.object({
  id: z.string(),
  state: z.enum(DELIVERY_STATES),
  group: z.string().optional(),
  policy: z.string().optional(),
  target: z.string().optional(),
  reason: z.string(),
  openedAt: time.optional(),
  attempts: z.number().optional(),
  attemptedAt: time.optional(),
  outcome: outcome.optional(),
  firing: z.array(z.string()).optional(),
  resolved: z.array(z.string()).optional(),
  integration: z.string().optional(),
  queue: z.string().optional().describe('Of a message that no function could read: where it came from'),
  receivedAt: time.optional(),
  body: z.string().optional().describe('Of what was refused: its beginning, base64; for editors and owners'),
})

const triedAlert = z.object({
  ...{ fingerprint: z.string(), state: z.enum(['firing', 'resolved']), level: z.string(), labels, annotations: labels },
  startsAt: time,
  endsAt: time.optional(),
  recoversAt: time.optional().describe('Without an end of its own, and unless it is sent again'),
  generatorURL: z.string().optional(),
  origin: z.record(z.string(), z.unknown()),
  policies: z.array(z.string()).describe('That take it; `_none`: nobody is told'),
})

const triedRecord = z.object({
  ...{ id: z.string(), time, trail: z.string() },
  rules: z.array(z.object({ rule: z.string(), alert: triedAlert.optional() })).describe('That hold'),
  countedBy: z.array(z.string()).describe('Correlations that count it'),
  failed: z.array(z.string()).optional().describe('Rules that cannot look at such a record'),
})

export const testerAnswer = z.object({
  accepted: z.number(),
  alerts: z.array(triedAlert).optional().describe('The first 100'),
  records: z.array(triedRecord).optional().describe('The first 100'),
  invalid: z.array(z.object({ index: z.number(), message: z.string() })),
  looped: z.number().optional().describe('That were here before: dropped'),
  needsSignature: z.boolean().optional().describe('At the URL it is taken only when it is signed'),
})

export const keyItem = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'responder', 'editor', 'owner']),
  createdAt: time,
  lastUsedAt: time.optional().describe('To the hour'),
  previousUntil: time.optional().describe('After a rotation: until when the old text works too'),
})

export const newKeyItem = keyItem.extend({ apiKey: z.string().describe('Shown only now') })

export const eventItem = z.object({
  id: z.string().describe('The same on every bus: `<incident>_create`, `<incident>_close`, or a UUID'),
  type: z.enum(['create', 'claim', 'comment', 'close']),
  incident: z.string(),
  at: time.describe('When it happened'),
  channel: z.string(),
  delivery: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.number(),
  attemptedAt: time.optional(),
  outcome: outcome.optional(),
  event: z.record(z.string(), z.unknown()).optional().describe('The CloudEvent as the last attempt sent it'),
})

export const amAlert = z.object({
  ...alertFields,
  updatedAt: time,
  generatorURL: z.string().optional(),
  receivers: z.array(z.object({ name: z.string() })),
  status: z.object({
    state: z.enum(['active', 'suppressed', 'unprocessed']),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    mutedBy: z.array(z.string()),
  }),
})

export const amSilenceBody = z.object({
  id: z.string().optional(),
  matchers: z
    .array(z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean().optional() }))
    .min(1),
  startsAt: time,
  endsAt: time,
  createdBy: z.string(),
  comment: z.string(),
})

export const amSilence = amSilenceBody.extend({
  id: z.string(),
  updatedAt: time,
  status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
})

export const amGroup = z.object({
  labels,
  receiver: z.object({ name: z.string() }),
  alerts: z.array(amAlert),
})
