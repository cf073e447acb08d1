import type { Alert, Fingerprint } from '../alert/alert.ts'
import type { Labels } from '../alert/labels.ts'
import type { Millis } from '../base/time.ts'
import type { ClosedIncident, Group, Incident } from '../group/group.ts'
import { loadGroup } from './heads.ts'
import { keys } from './keys.ts'
import type { NewItem, Page, Table } from './port.ts'

/** An incident as people see it. */
export interface IncidentRecord {
  id: string
  account: string
  group: string
  policy: string
  labels: Labels
  state: 'open' | 'closed'
  openedAt: Millis
  closedAt?: Millis
  closedBecause?: ClosedIncident['closedBecause']
  alerts: { fingerprint: Fingerprint; alert: Alert }[]
}

/** A closed incident shows so many alerts at most: it is one item of the table. */
const SHOWN_ALERTS = 200

/** Written before the head lets go of it; closing again writes the same item. */
export function closedIncidentItem(group: Group, closed: ClosedIncident, expiresAt: Millis): NewItem {
  const { closedAt, closedBecause } = closed
  const record: IncidentRecord = { ...recordOf(group, closed), state: 'closed', closedAt, closedBecause }
  const list = { name: keys.list(group.account, 'incidents'), at: closed.openedAt }
  return { ...keys.incident(group.account, group.id, closed.id), body: JSON.stringify(record), list, expiresAt }
}

/** The incident a living group has open. */
export function openIncident(group: Group): IncidentRecord | undefined {
  return group.incident === undefined ? undefined : recordOf(group, group.incident)
}

/** Closed incidents, newest first. Open ones are in the heads: `listGroups` and `openIncident`. */
export async function listClosedIncidents(
  table: Table,
  account: string,
  page: Page,
): Promise<{ items: IncidentRecord[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'incidents'), page)
  const items = await Promise.all(found.map((key) => table.get(key)))
  const records = items.flatMap((item) => (item === undefined ? [] : [JSON.parse(item.body) as IncidentRecord]))
  return { items: records, ...(next === undefined ? {} : { next }) }
}

/** The head's word counts: an incident that is still open there is open. */
export async function readIncident(table: Table, account: string, id: string): Promise<IncidentRecord | undefined> {
  const group = id.slice(0, id.lastIndexOf('-'))
  const loaded = await loadGroup(table, account, group)
  const open = loaded && openIncident(loaded.group)
  if (open?.id === id) return open
  const item = await table.get(keys.incident(account, group, id))
  return item === undefined ? undefined : (JSON.parse(item.body) as IncidentRecord)
}

function recordOf(group: Group, incident: Incident): IncidentRecord {
  const alerts = [...group.members].slice(0, SHOWN_ALERTS)
  return {
    id: incident.id,
    account: group.account,
    group: group.id,
    policy: group.policy,
    labels: group.labels,
    state: 'open',
    openedAt: incident.openedAt,
    alerts: alerts.map(([fingerprint, member]) => ({ fingerprint, alert: member.alert })),
  }
}
