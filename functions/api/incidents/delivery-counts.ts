import * as z from 'zod'
import { json } from '../../../shared/base/answers.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import { listRefusedTimes } from '../../../shared/store/refused.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Refusal, Route } from '../http/route.ts'
import { isRefusal } from '../http/route.ts'
import { DELIVERY_STATES, deliveryState } from './delivery-view.ts'
import { withFates } from './fates.ts'
import { isAbout, readAbout } from './find-deliveries.ts'

/** The number of newest deliveries in the count. A page of the list may have one ledger only, with one delivery. */
const MOST_COUNTED = 100
const MOST_PAGES = 20

const counts = z
  .object({
    counts: z.partialRecord(z.enum(DELIVERY_STATES), z.int()).describe('States without a delivery are left out'),
    looked: z.int().describe('Deliveries that were looked at: the newest, 100 at most'),
    partial: z.boolean().describe('There are older deliveries, which were not counted'),
  })
  .meta({ id: 'DeliveryCounts' })

export type DeliveryCounts = z.output<typeof counts>

export function deliveryCountsRoute(deps: ApiDeps): Route {
  return {
    method: 'GET',
    path: '/api/v1/deliveries:counts',
    access: 'viewer',
    about: {
      summary: 'How many of the newest deliveries are in each state; `refused`: of bodies that could not be read',
      query: {
        incident: z.string().describe('The id of an incident'),
        target: z.string().describe('A target, as `targets` of the timeline name it'),
      },
      answers: { 200: { text: 'The numbers', schema: counts } },
    },
    handle: async (ask) => {
      const counted = await countDeliveries(deps, ask)
      return isRefusal(counted) ? counted : json(200, counted)
    },
  }
}

/** Of the newest deliveries alone: the number of reads does not grow with the account. */
export async function countDeliveries(deps: ApiDeps, ask: Ask): Promise<DeliveryCounts | Refusal> {
  const { table } = deps
  const about = readAbout(ask.query)
  if (isRefusal(about)) return about
  const refused = await listRefusedTimes(table, ask.account, MOST_COUNTED)
  const found: DeliveryCounts = {
    counts: refused.length === 0 ? {} : { refused: refused.length },
    looked: 0,
    partial: false,
  }
  let after: string | undefined
  for (let pages = 0; pages < MOST_PAGES && found.looked < MOST_COUNTED; pages++) {
    const page = { limit: MOST_COUNTED - found.looked, after }
    const { items, next } = await listDeliveries(table, ask.account, page, about)
    found.looked += items.length
    const wanted = items.filter((stored) => isAbout(stored, about))
    for (const stored of await withFates(table, ask.account, wanted)) {
      const state = deliveryState(stored, ask.now)
      found.counts[state] = (found.counts[state] ?? 0) + 1
    }
    after = next
    if (after === undefined) return found
  }
  return { ...found, partial: true }
}
