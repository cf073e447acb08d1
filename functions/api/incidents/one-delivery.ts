import { json } from '../../../shared/base/answers.ts'
import { readDelivery, type StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Route } from '../http/route.ts'
import { notFound } from '../http/route.ts'
import { DELIVERY_ID, type DeliveryItem, deliveryItem, showDelivery } from './delivery-view.ts'
import { type KnownDelivery, toldTarget, withFates } from './fates.ts'

/** A delivery in a ledger is looked for among so many at most: its id does not tell its ledger. */
const SEARCHED = 500
const PAGE = 100

/** One delivery, and how it went. */
export function oneDeliveryRoute(deps: ApiDeps): Route {
  return {
    method: 'GET',
    path: '/api/v1/deliveries/{id}',
    access: 'viewer',
    about: {
      summary: 'A delivery, and how it went: the answer of a test of a channel names one',
      answers: {
        200: { text: 'The delivery', schema: deliveryItem },
        404: { text: `No delivery has the id, or it is not among the latest ${SEARCHED} of the account` },
      },
    },
    handle: async (ask) => {
      const found = await readOneDelivery(deps, ask, ask.param('id'))
      return found === undefined ? notFound('delivery') : json(200, found)
    },
  }
}

/** The delivery of an id, as far as the latest deliveries have it. */
export async function readOneDelivery(deps: ApiDeps, ask: Ask, id: string): Promise<DeliveryItem | undefined> {
  const known = await findDelivery(deps, ask, id)
  return known && showDelivery(known, ask.now)
}

/** The delivery of an id with its fate. */
export async function findDelivery(deps: ApiDeps, ask: Ask, id: string): Promise<KnownDelivery | undefined> {
  const group = DELIVERY_ID.exec(id)?.[1]
  if (group === undefined) return undefined
  const stored = (await readDelivery(deps.table, ask.account, group, id)) ?? (await findInLedgers(deps, ask, group, id))
  if (stored === undefined) return undefined
  const [known = stored] = await withFates(deps.table, ask.account, [stored])
  return known
}

async function findInLedgers(
  { table }: ApiDeps,
  { account }: Ask,
  group: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  if ((await toldTarget(table, account, group, id)) === undefined) return undefined
  let after: string | undefined
  for (let seen = 0; seen < SEARCHED; seen += PAGE) {
    const { items, next } = await listDeliveries(table, account, { limit: PAGE, after }, { group })
    const found = items.find(({ delivery }) => delivery.id === id)
    if (found !== undefined || next === undefined) return found
    after = next
  }
  return undefined
}
