import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { LifecycleEvent } from '../../../shared/delivery/delivery.ts'
import { readDelivery, type StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import { loadGroup } from '../../../shared/group-store/heads.ts'
import { MESSAGE_VERSION, type ReplayRequested } from '../../../shared/message/message.ts'
import { listRefused, type RefusedBody } from '../../../shared/store/refused.ts'
import type { Page } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, readPaging } from '../http/paging.ts'
import { atLeast } from '../http/role.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { notFound, refuseWith } from '../http/route.ts'
import { type Scanned, scan } from '../http/scan.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import {
  DELIVERY_ID,
  DELIVERY_STATES,
  type DeliveryItem,
  type DeliveryState,
  deliveryItem,
  deliveryState,
  showDelivery,
  showRefused,
} from './delivery-view.ts'
import { toldTarget, withFates } from './fates.ts'

/** The id of a group, and the moment at which the incident opened, in base 36. */
const INCIDENT_ID = /^([0-9a-f]{32})-([0-9a-z]{1,10})$/

const replayAccepted = z
  .object({ id: z.string(), group: z.string(), target: z.string() })
  .meta({ id: 'AcceptedReplay' })

type AcceptedReplay = z.output<typeof replayAccepted>

export function deliveryRoutes(deps: ApiDeps): Route[] {
  const path = '/api/v1/deliveries'
  return [
    {
      method: 'GET',
      path,
      access: 'viewer',
      about: {
        summary:
          'Deliveries in every state, newest first; with `state=refused`, bodies and messages that could not be read',
        query: {
          state: z.enum(DELIVERY_STATES),
          incident: z.string().describe('The id of an incident: what was sent about the incident'),
          target: z.string().describe('A target, as `targets` of the timeline name it: `channel`, `channel@user`'),
          ...pagingQuery,
        },
        answers: { 200: { text: 'Deliveries', schema: listOf(deliveryItem) } },
      },
      handle: async (ask) => {
        const list = await readDeliveries(deps, ask)
        return 'refused' in list ? list : json(200, list)
      },
    },
    {
      method: 'POST',
      path: `${path}/{id}/replay`,
      access: 'responder',
      about: {
        summary: 'Send the target of this delivery the present state of its group again',
        answers: {
          202: { text: 'Accepted; the group decides', schema: replayAccepted },
          404: { text: 'No delivery has the id, or its group is gone' },
          409: { text: 'The group is over: nothing is left to send' },
        },
      },
      handle: async (ask) => {
        const asked = await requestReplay(deps, ask)
        return 'refused' in asked ? asked : json(202, asked)
      },
    },
  ]
}

/** A page of the deliveries that the query asks for. */
export async function readDeliveries(deps: ApiDeps, ask: Ask): Promise<DeliveryList | Refusal> {
  const state = ask.query.get('state')
  if (state !== null && !DELIVERY_STATES.some((known) => known === state)) {
    return refuseWith(400, 'invalid', `state: one of ${DELIVERY_STATES.join(', ')}`)
  }
  const about = readAbout(ask.query)
  if ('refused' in about) return about
  if (state === 'dead' && about.group === undefined && about.target === undefined) return await listDead(deps, ask)
  const name = state === 'refused' ? 'refused' : 'deliveries'
  const paging = readPaging(ask, name, deps.secrets)
  if ('refused' in paging) return paging
  if (state === 'refused') {
    const { items, next } = await listRefused(deps.table, ask.account, paging)
    return listPage(showAllRefused(items, ask), next, ask, name, deps.secrets)
  }
  const { items, next } = await listInState(deps, ask, paging, state, about)
  return listPage(items, next, ask, name, deps.secrets)
}

type DeliveryList = ReturnType<typeof listPage<DeliveryItem>>

/** The subject of a list of deliveries: an incident, a target, both, or everything. */
interface About {
  incident?: string
  group?: string
  /** Nothing about the incident was opened before. */
  from?: Millis
  target?: string
}

function readAbout(query: URLSearchParams): About | Refusal {
  const target = query.get('target') || undefined
  const incident = query.get('incident') || undefined
  if (incident === undefined) return { ...(target !== undefined && { target }) }
  const [, group, opened] = INCIDENT_ID.exec(incident) ?? []
  if (group === undefined) return refuseWith(400, 'invalid', 'incident: not the id of an incident')
  // Clocks of workers differ.
  const from = Number.parseInt(opened!, 36) - MINUTE
  return { incident, group, from, ...(target !== undefined && { target }) }
}

function isAbout({ delivery: { target, notification } }: StoredDelivery, about: About): boolean {
  if (about.target !== undefined && target !== about.target) return false
  const { event, incident } = notification
  return about.incident === undefined || (event?.incident.id ?? incident?.id) === about.incident
}

async function listInState(
  deps: ApiDeps,
  ask: Ask,
  paging: Page,
  state: string | null,
  about: About = {},
): Promise<Scanned<DeliveryItem>> {
  const { items, next } = await scan(paging, async (from) => {
    const found = await listDeliveries(deps.table, ask.account, from, about)
    const mayBeWanted = (stored: StoredDelivery): boolean =>
      isAbout(stored, about) && mayBecome(state, deliveryState(stored, ask.now))
    const known = await withFates(deps.table, ask.account, found.items, mayBeWanted)
    const wanted = known.filter((stored) => {
      return isAbout(stored, about) && (state === null || deliveryState(stored, ask.now) === state)
    })
    return { ...found, items: wanted }
  })
  const shown = items.map((stored) => showDelivery(stored, ask.now))
  return { items: shown, next }
}

/** Whether the timeline may say that a delivery, in this state without the timeline, is in the wanted state. */
function mayBecome(wanted: string | null, state: DeliveryState): boolean {
  if (wanted === null || wanted === state) return true
  if (wanted === 'arrived') return state === 'sending' || state === 'ambiguous'
  return wanted === 'dropped' && (state === 'failed' || state === 'waiting')
}

/** Prefixes of a cursor: the list in which the next page begins, before the place in the list. */
const MESSAGES = 'm:'
const DELIVERIES = 'd:'

/**
 * Dead work, about which Tocsin will do no more. First come the messages that no function could read: few messages,
 * shown in their state, `refused`. Then come the deliveries that died.
 */
async function listDead(deps: ApiDeps, ask: Ask): Promise<DeliveryList | Refusal> {
  const paging = readPaging(ask, 'dead', deps.secrets)
  if ('refused' in paging) return paging
  const { limit, after = MESSAGES } = paging
  const place = after.slice(MESSAGES.length)
  const from = { limit, after: place || undefined }
  const answer = (items: DeliveryItem[], next: string | undefined) => listPage(items, next, ask, 'dead', deps.secrets)
  if (after.startsWith(DELIVERIES)) {
    const { items, next } = await listInState(deps, ask, from, 'dead')
    return answer(items, next && DELIVERIES + next)
  }
  const messages = await listRefused(deps.table, ask.account, from, 'unreadable')
  const shown = showAllRefused(messages.items, ask)
  if (messages.next !== undefined) return answer(shown, MESSAGES + messages.next)
  if (shown.length === limit) return answer(shown, DELIVERIES)
  const { items, next } = await listInState(deps, ask, { limit: limit - shown.length }, 'dead')
  return answer([...shown, ...items], next && DELIVERIES + next)
}

/**
 * A replay that runs twice is harmless: the target is told the present state once more. The group compares, and never
 * repeats the old state.
 */
export async function requestReplay(deps: ApiDeps, ask: Ask): Promise<AcceptedReplay | Refusal> {
  const id = ask.param('id')
  const group = DELIVERY_ID.exec(id)?.[1]
  if (group === undefined) return notFound('delivery')
  const [stored, loaded] = await Promise.all([
    readDelivery(deps.table, ask.account, group, id),
    loadGroup(deps.table, ask.account, group),
  ])
  const event = stored?.delivery.notification.event
  if (stored !== undefined && event !== undefined) return await sendReplay(deps, ask, replayOfEvent(stored, event))
  // A delivery in a ledger is found by the timeline of its group.
  const target = stored?.delivery.target ?? (await toldTarget(deps.table, ask.account, group, id))
  if (target === undefined) return notFound('delivery')
  if (loaded === undefined) return refuseWith(404, 'not_found', 'the group of this delivery is over')
  if (loaded.group.members.size === 0) return refuseWith(409, 'over', 'the group is over: nothing is left to tell')
  return await sendReplay(deps, ask, { v: MESSAGE_VERSION, kind: 'replay', account: ask.account, group, target })
}

/**
 * A life-cycle event is sent again as it was, even if its incident is over: the receiver recognises the event by its
 * id.
 */
function replayOfEvent({ delivery, progress }: StoredDelivery, { type, at }: LifecycleEvent): ReplayRequested {
  const { id, account, group, target, policy, notification } = delivery
  const event = { delivery: id, type, at, attempts: progress.begun }
  return { v: MESSAGE_VERSION, kind: 'replay', account, group, target, event, policy, labels: notification.groupLabels }
}

async function sendReplay(deps: ApiDeps, ask: Ask, message: ReplayRequested): Promise<AcceptedReplay | Refusal> {
  const { failed } = await deps.dispatchQueue.send([{ account: ask.account, body: JSON.stringify(message) }])
  if (failed.length > 0) return refuseWith(503, 'unavailable', 'the queue is away; try again')
  const { group, target } = message
  return { id: ask.param('id'), group, target }
}

function showAllRefused(refused: readonly RefusedBody[], { role }: Ask): DeliveryItem[] {
  const withBody = atLeast(role, 'editor')
  return refused.map((one) => showRefused(one, withBody))
}
