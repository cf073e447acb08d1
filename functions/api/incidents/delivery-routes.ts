import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { listRefused, type RefusedBody } from '../../../shared/store/refused.ts'
import type { ApiDeps } from '../http/deps.ts'
import { listPage, readPaging } from '../http/paging.ts'
import { atLeast } from '../http/role.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { listOf, pagingQuery } from '../http/schemas.ts'
import { DELIVERY_STATES, type DeliveryItem, deliveryItem, showDelivery, showRefused } from './delivery-view.ts'
import type { KnownDelivery } from './fates.ts'
import { listInState, readAbout } from './find-deliveries.ts'

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
  return listPage(showAll(items, ask), next, ask, name, deps.secrets)
}

type DeliveryList = ReturnType<typeof listPage<DeliveryItem>>

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
    return answer(showAll(items, ask), next && DELIVERIES + next)
  }
  const messages = await listRefused(deps.table, ask.account, from, 'unreadable')
  const shown = showAllRefused(messages.items, ask)
  if (messages.next !== undefined) return answer(shown, MESSAGES + messages.next)
  if (shown.length === limit) return answer(shown, DELIVERIES)
  const { items, next } = await listInState(deps, ask, { limit: limit - shown.length }, 'dead')
  return answer([...shown, ...showAll(items, ask)], next && DELIVERIES + next)
}

function showAll(known: readonly KnownDelivery[], { now }: Ask): DeliveryItem[] {
  return known.map((stored) => showDelivery(stored, now))
}

function showAllRefused(refused: readonly RefusedBody[], { role }: Ask): DeliveryItem[] {
  const withBody = atLeast(role, 'editor')
  return refused.map((one) => showRefused(one, withBody))
}
