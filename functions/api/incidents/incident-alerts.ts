import { type Alert, type Fingerprint, resolvedAt } from '../../../shared/alert/alert.ts'
import type { Millis } from '../../../shared/base/time.ts'
import { over } from '../../../shared/group/closed-by-hand.ts'
import type { Member } from '../../../shared/group/group.ts'
import { alertsOf } from '../../../shared/group/incident.ts'
import { createPartReader } from '../../../shared/group-store/members.ts'
import { groupOfIncident, readClosedIncident } from '../../../shared/group-store/read-incident.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Paging } from '../http/paging.ts'
import { isIncidentId } from './read-incident.ts'

/** An alert of an incident. */
export interface AlertOfIncident {
  fingerprint: Fingerprint
  alert: Alert
  resolved: boolean
  /** Of an open incident: the member of the group. */
  member?: Member
}

export interface IncidentAlerts {
  policy: string
  state: 'open' | 'closed'
  items: AlertOfIncident[]
  /** The fingerprint after which the next page begins. */
  next?: Fingerprint
}

/**
 * A page of the alerts of an incident, by fingerprint: of an open incident every alert, of a closed incident the alerts
 * that the incident kept. Texts are read of the alerts of the page only. A page may have fewer alerts than `limit` and a
 * next page.
 */
export async function readIncidentAlerts(
  { table }: Pick<ApiDeps, 'table'>,
  { account, now }: { account: string; now: Millis },
  id: string,
  { limit, after = '' }: Paging,
): Promise<IncidentAlerts | undefined> {
  if (!isIncidentId(id)) return undefined
  const page = await createPartReader(table, account).members(groupOfIncident(id), { after, limit })
  const incident = page?.core.incident
  if (page === undefined || incident?.id !== id) return await ofClosed(table, account, id, { limit, after })
  // An alert that was over or closed by hand before the incident opened only waits for its end to be told.
  const own = alertsOf(incident, { members: new Map(page.members) }).filter(
    ([, { closedByHand }]) => closedByHand === undefined,
  )
  const last = page.members.at(-1)?.[0]
  return {
    policy: page.core.policy,
    state: 'open',
    items: own.map(([fingerprint, member]) => {
      return { fingerprint, alert: member.alert, resolved: over(member, now), member }
    }),
    ...(page.more && last !== undefined && { next: last }),
  }
}

async function ofClosed(
  table: ApiDeps['table'],
  account: string,
  id: string,
  { limit, after }: { limit: number; after: Fingerprint },
): Promise<IncidentAlerts | undefined> {
  const incident = await readClosedIncident(table, account, id)
  if (incident === undefined) return undefined
  const { policy, alerts, closedAt = Number.POSITIVE_INFINITY } = incident
  const rest = alerts
    .filter(({ fingerprint }) => fingerprint > after)
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
  const items = rest.slice(0, limit).map((one) => ({ ...one, resolved: resolvedAt(one.alert, closedAt) }))
  const last = items.at(-1)?.fingerprint
  return { policy, state: 'closed', items, ...(rest.length > limit && last !== undefined && { next: last }) }
}
