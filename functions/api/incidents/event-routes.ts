import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { parseRfc3339 } from '../../../shared/base/rfc3339.ts'
import { MINUTE, type Millis, toRfc3339 } from '../../../shared/base/time.ts'
import { eventAsSent } from '../../../shared/channels/events/event.ts'
import type { DeliveryProgress, LifecycleEvent } from '../../../shared/delivery/delivery.ts'
import { parseTargetKey } from '../../../shared/delivery/target.ts'
import { readDelivery, wholeDelivery } from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, type Paging, readPaging } from '../http/paging.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import type { Scanned } from '../http/scan.ts'
import { listOf, pagingQuery, time } from '../http/schemas.ts'
import { DELIVERY_ID, DELIVERY_STATES, deliveryState, progressFields, showProgress } from './delivery-view.ts'
import { type KnownDelivery, withFates } from './fates.ts'

const LIST = 'events'

/** A part of the 6 MB that Lambda allows an answer, with room for one page more; a single event may have 64 KiB. */
const ANSWER_BYTES = 4 * 1024 * 1024
const READ_AT_ONCE = 20
/** After so many reads the answer has the events so far, and a cursor to go on from. */
const MOST_READS = 100

/** The id of a group, and the moment at which the incident opened, in base 36. */
const INCIDENT_ID = /^([0-9a-f]{32})-([0-9a-z]{1,10})$/
/** The short type, `create`, or the whole `type` of an event: `aliyun:arms:alarm:create`. */
const TYPE = /^(?:(.*):)?(create|claim|comment|close)$/s

/** A refused delivery is a body that was not read, and never an event. */
export const EVENT_STATES = DELIVERY_STATES.filter((state) => state !== 'refused')

const eventItem = z
  .object({
    id: z.string().describe('The same on every bus: `<incident>_create`, `<incident>_close`, or a UUID'),
    type: z.enum(['create', 'claim', 'comment', 'close']),
    incident: z.string(),
    at: time.describe('The moment of the event'),
    channel: z.string(),
    delivery: z.string(),
    test: z.literal(true).optional().describe('A test message of a person; `incident` is of the test alone'),
    ...progressFields,
    event: z.record(z.string(), z.unknown()).optional().describe('The CloudEvent as the last attempt sent it'),
  })
  .meta({ id: 'LifecycleEvent' })

export type EventItem = z.output<typeof eventItem>
type EventList = ReturnType<typeof listPage<EventItem>>

export function eventRoutes(deps: ApiDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/events',
      access: 'viewer',
      about: {
        summary: 'Life-cycle events as they were sent to event buses, one for each event and channel, newest first',
        query: {
          type: z.string().regex(TYPE).describe('create, claim, comment, close, or the whole `type` of an event'),
          incident: z.string().regex(INCIDENT_ID).describe('The id of an incident'),
          channel: z.string().describe('The id of a channel: only events for this event bus'),
          state: z.enum(EVENT_STATES).describe('Only events whose delivery is in this state'),
          from: time.describe('RFC 3339: only events at this time or later'),
          to: time.describe('RFC 3339: only events before this time'),
          ...pagingQuery,
        },
        answers: { 200: { text: 'Events', schema: listOf(eventItem) } },
      },
      handle: async (ask) => {
        const list = await readEventList(deps, ask)
        return 'refused' in list ? list : json(200, list)
      },
    },
  ]
}

/** The query of a request, read. */
interface EventQuery {
  /** The type without the prefix of its channel. */
  type?: string
  prefix?: string
  incident?: string
  channel?: string
  state?: string
  /** The group of the incident. */
  group?: string
  from: Millis
  to: Millis
}

/** A page of the events that the query asks for. */
export async function readEventList(deps: ApiDeps, ask: Ask): Promise<EventList | Refusal> {
  const wanted = readQuery(ask.query)
  if ('refused' in wanted) return wanted
  const paging = readPaging(ask, LIST, deps.secrets)
  if ('refused' in paging) return paging
  const { items, next } = await readEvents(deps, ask, wanted, paging)
  return listPage(items, next, ask, LIST, deps.secrets)
}

/** The event of a delivery; undefined: there is no such delivery, or the delivery carries no event. */
export async function readEvent(deps: ApiDeps, ask: Ask, delivery: string): Promise<EventItem | undefined> {
  const group = DELIVERY_ID.exec(delivery)?.[1]
  const found = group === undefined ? undefined : await readDelivery(deps.table, ask.account, group, delivery)
  const [stored] = found === undefined ? [] : await withFates(deps.table, ask.account, [found])
  const event = stored?.delivery.notification.event
  return stored && event && (await showEvent(deps, stored, event, ask.now))
}

function readQuery(query: URLSearchParams): EventQuery | Refusal {
  const times = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  for (const name of ['from', 'to'] as const) {
    const text = query.get(name)
    const at = text === null ? times[name] : parseRfc3339(text)
    if (at === undefined) return refuseWith(400, 'invalid', `${name}: a time such as 2026-01-05T00:00:00Z`)
    times[name] = at
  }
  const typeText = query.get('type')
  const [type, prefix, short] = TYPE.exec(typeText ?? '') ?? []
  if (typeText !== null && type === undefined) {
    return refuseWith(
      400,
      'invalid',
      'type: one of create, claim, comment, close, or one of them behind a prefix and a colon',
    )
  }
  const state = query.get('state') || undefined
  if (state !== undefined && !EVENT_STATES.some((one) => one === state)) {
    return refuseWith(400, 'invalid', `state: one of ${EVENT_STATES.join(', ')}`)
  }
  const incident = query.get('incident')
  const [, group, opened] = INCIDENT_ID.exec(incident ?? '') ?? []
  if (incident !== null && group === undefined) return refuseWith(400, 'invalid', 'incident: not the id of an incident')
  return {
    type: short,
    prefix,
    incident: incident ?? undefined,
    channel: query.get('channel') || undefined,
    state,
    group,
    // An incident has no events before its opening.
    from: opened === undefined ? times.from : Math.max(times.from, Number.parseInt(opened, 36)),
    to: times.to,
  }
}

/** Reads deliveries until the page has enough events, by number or by size: few deliveries are life-cycle events. */
async function readEvents(
  deps: ApiDeps,
  ask: Ask,
  wanted: EventQuery,
  { limit, after }: Paging,
): Promise<Scanned<EventItem>> {
  const items: EventItem[] = []
  let bytes = 0
  let place = after
  // An event is frozen after its moment, within the difference of two clocks. So deliveries frozen before `from` are
  // not read at all.
  const frozen = { from: wanted.from - MINUTE, group: wanted.group, alone: true }
  for (let reads = 0; reads < MOST_READS && items.length < limit && bytes < ANSWER_BYTES; reads++) {
    const from = { limit: Math.min(READ_AT_ONCE, limit - items.length), after: place }
    const found = await listDeliveries(deps.table, ask.account, from, frozen)
    const asked = found.items.filter(({ delivery: { notification, target }, progress }) => {
      if (wanted.channel !== undefined && parseTargetKey(target).channel !== wanted.channel) return false
      return notification.event !== undefined && isWanted(progress, notification.event, wanted)
    })
    for (const stored of await withFates(deps.table, ask.account, asked)) {
      const { event } = stored.delivery.notification
      if (event === undefined) continue
      if (wanted.state !== undefined && deliveryState(stored, ask.now) !== wanted.state) continue
      const shown = await showEvent(deps, stored, event, ask.now)
      bytes += Buffer.byteLength(JSON.stringify(shown))
      items.push(shown)
    }
    place = found.next
    if (place === undefined) return { items }
  }
  return { items, next: place }
}

function isWanted(progress: DeliveryProgress, event: LifecycleEvent, wanted: EventQuery): boolean {
  if (event.at < wanted.from || event.at >= wanted.to) return false
  if (wanted.type !== undefined && event.type !== wanted.type) return false
  if (wanted.prefix !== undefined && progress.as?.typePrefix !== wanted.prefix) return false
  return wanted.incident === undefined || event.incident.id === wanted.incident
}

async function showEvent(
  { table, secrets }: ApiDeps,
  { delivery, ...fate }: KnownDelivery,
  { id, type, at, incident }: LifecycleEvent,
  now: Millis,
): Promise<EventItem> {
  const whole = await wholeDelivery(table, delivery)
  const event = whole && eventAsSent(whole, fate.progress, secrets)
  return {
    id,
    type,
    incident: incident.id,
    at: toRfc3339(at),
    channel: parseTargetKey(delivery.target).channel,
    delivery: delivery.id,
    ...(delivery.notification.reason === 'test' && { test: true as const }),
    ...showProgress(fate, now),
    event: event && { ...event },
  }
}
