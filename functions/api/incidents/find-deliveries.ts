import { MINUTE, type Millis } from '../../../shared/base/time.ts'
import type { StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { listDeliveries } from '../../../shared/group-store/delivery-list.ts'
import type { Page } from '../../../shared/table/port.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Ask, Refusal } from '../http/route.ts'
import { refuseWith } from '../http/route.ts'
import { type Scanned, scan } from '../http/scan.ts'
import { type DeliveryState, deliveryState } from './delivery-view.ts'
import { type KnownDelivery, withFates } from './fates.ts'

/** The id of a group, and the moment at which the incident opened, in base 36. */
const INCIDENT_ID = /^([0-9a-f]{32})-([0-9a-z]{1,10})$/

/** The subject of a list of deliveries: an incident, a target, both, or everything. */
export interface About {
  incident?: string
  group?: string
  /** Nothing about the incident was opened before. */
  from?: Millis
  target?: string
}

export function readAbout(query: URLSearchParams): About | Refusal {
  const target = query.get('target') || undefined
  const incident = query.get('incident') || undefined
  if (incident === undefined) return { ...(target !== undefined && { target }) }
  const [, group, opened] = INCIDENT_ID.exec(incident) ?? []
  if (group === undefined) return refuseWith(400, 'invalid', 'incident: not the id of an incident')
  // Clocks of workers differ.
  const from = Number.parseInt(opened!, 36) - MINUTE
  return { incident, group, from, ...(target !== undefined && { target }) }
}

/** Whether a delivery is about the subject: the list of an incident has other deliveries of its group, too. */
export function isAbout({ delivery: { target, notification } }: StoredDelivery, about: About): boolean {
  if (about.target !== undefined && target !== about.target) return false
  const { event, incident } = notification
  return about.incident === undefined || (event?.incident.id ?? incident?.id) === about.incident
}

/** Deliveries in a state, or in every state, with their fates; a filter may leave a page short. */
export async function listInState(
  deps: ApiDeps,
  ask: Ask,
  paging: Page,
  state: string | null,
  about: About = {},
): Promise<Scanned<KnownDelivery>> {
  return await scan(paging, async (from) => {
    const found = await listDeliveries(deps.table, ask.account, from, about)
    const mayBeWanted = (stored: StoredDelivery): boolean =>
      isAbout(stored, about) && mayBecome(state, deliveryState(stored, ask.now))
    const known = await withFates(deps.table, ask.account, found.items, mayBeWanted)
    const wanted = known.filter((stored) => {
      return isAbout(stored, about) && (state === null || deliveryState(stored, ask.now) === state)
    })
    return { ...found, items: wanted }
  })
}

/** Whether the timeline may say that a delivery, in this state without the timeline, is in the wanted state. */
function mayBecome(wanted: string | null, state: DeliveryState): boolean {
  if (wanted === null || wanted === state) return true
  if (wanted === 'arrived') return state === 'sending' || state === 'ambiguous'
  return wanted === 'dropped' && (state === 'failed' || state === 'waiting')
}
