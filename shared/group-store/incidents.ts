import type { Alert, Fingerprint } from '../alert/alert.ts'
import { fingerprint as fingerprintOf } from '../alert/fingerprint.ts'
import type { Labels } from '../alert/labels.ts'
import { countLevels, type LevelCounts } from '../alert/level.ts'
import { howManyFit, jsonSizes } from '../base/fitting.ts'
import type { Millis } from '../base/time.ts'
import type { ClosedIncident, Group, Incident } from '../group/group.ts'
import { alertsOf } from '../group/incident.ts'
import { type BodyShape, bodyShape, readBody, writeBody } from '../table/body.ts'
import { keys } from '../table/keys.ts'
import type { Item, NewItem, Page, Table } from '../table/port.ts'

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
  closedBy?: string
  solution?: string
  handler?: string
  comments?: Incident['comments']
  /** Ids of the latest actions of people that were taken. */
  acted?: string[]
  /** All alerts by level, of which `alerts` may be a part; absent: an earlier release wrote the record. */
  levels?: LevelCounts
  alerts: { fingerprint: Fingerprint; alert: Alert }[]
}

/** Format 1 had the fingerprint of each alert. Format 2 leaves out a fingerprint that follows from the labels. */
type StoredIncident = Omit<IncidentRecord, 'alerts'> & { alerts: { fingerprint?: Fingerprint; alert: Alert }[] }

const INCIDENT: BodyShape<StoredIncident> = bodyShape('a closed incident', { writes: 2, reads: 2 })

export function parseIncident(item: Item): IncidentRecord {
  const { alerts, ...record } = readBody(INCIDENT, item)
  const named = alerts.map(({ alert, fingerprint = fingerprintOf(alert.labels) }) => ({ fingerprint, alert }))
  return { ...record, alerts: named }
}

function storedIncident({ alerts, ...record }: IncidentRecord): StoredIncident {
  const short = alerts.map(({ fingerprint, alert }) =>
    fingerprint === fingerprintOf(alert.labels) ? { alert } : { fingerprint, alert },
  )
  return { ...record, alerts: short }
}

/**
 * A closed incident shows at most this number of alerts, and of these alerts as many as fit: the incident is a single
 * item of the table.
 */
const SHOWN_ALERTS = 200
const SHOWN_BYTES = 300 * 1024

/**
 * The item of a closed incident. The item is written before the head lets go of the incident; closing again writes the
 * same item.
 */
export function closedIncidentItem(group: Group, closed: ClosedIncident, expiresAt: Millis): NewItem {
  const { closedAt, closedBecause, closedBy, solution } = closed
  const record: IncidentRecord = {
    ...incidentRecord(group, closed, closed.alerts, alertsThatFit(closed.alerts)),
    state: 'closed',
    closedAt,
    closedBecause,
    closedBy,
    solution,
  }
  const list = { name: keys.list(group.account, 'incidents'), at: closed.openedAt }
  return {
    ...keys.incident(group.account, group.id, closed.id),
    body: writeBody(INCIDENT, storedIncident(record)),
    list,
    expiresAt,
  }
}

/**
 * A reopened incident is in the head again. Twice or late is safe: when the incident closes anew, its item is written
 * anew.
 */
export async function forgetClosed(
  table: Table,
  account: string,
  group: string,
  ids: readonly string[],
): Promise<void> {
  await Promise.all(ids.map((id) => table.remove(keys.incident(account, group, id))))
}

/** The open incident of a living group. */
export function openIncident(group: Group): IncidentRecord | undefined {
  if (group.incident === undefined) return undefined
  const all = alertsOf(group.incident, group).filter(([, { closedByHand }]) => closedByHand === undefined)
  const alerts = all.map(([fingerprint, { alert }]) => [fingerprint, alert] as const)
  return incidentRecord(group, group.incident, alerts, alerts.slice(0, SHOWN_ALERTS))
}

/** Closed incidents, newest first. Open incidents are in the heads: `listGroups` and `openIncident`. */
export async function listClosedIncidents(
  table: Table,
  account: string,
  page: Page,
): Promise<{ items: IncidentRecord[]; next?: string }> {
  const { keys: found, next } = await table.list(keys.list(account, 'incidents'), page)
  const items = await Promise.all(found.map((key) => table.get(key)))
  const records = items.flatMap((item) => (item === undefined ? [] : [parseIncident(item)]))
  return { items: records, next }
}

type ShownAlerts = readonly (readonly [Fingerprint, Alert])[]

function alertsThatFit(alerts: ShownAlerts): ShownAlerts {
  const shown = alerts.slice(0, SHOWN_ALERTS)
  const fit = howManyFit(jsonSizes(shown.map(([, alert]) => alert)), SHOWN_BYTES)
  return shown.slice(0, fit)
}

function incidentRecord(group: Group, incident: Incident, all: ShownAlerts, alerts: ShownAlerts): IncidentRecord {
  const { id, openedAt, handler, comments, acted } = incident
  return {
    id,
    account: group.account,
    group: group.id,
    policy: group.policy,
    labels: group.labels,
    state: 'open',
    openedAt,
    handler,
    comments,
    acted,
    levels: countLevels(all.map(([, alert]) => alert)),
    alerts: alerts.map(([fingerprint, alert]) => ({ fingerprint, alert })),
  }
}
