import type { Group, LogEntry } from '../../../shared/group/group.ts'
import type { IncidentRecord } from '../../../shared/group-store/incidents.ts'
import { headVersion, readIncident, readIncidentInGroup } from '../../../shared/group-store/read-incident.ts'
import type { ApiDeps } from '../http/deps.ts'

/** The id of a group, and the moment at which the incident opened, in base 36. Another text is no incident's id. */
const INCIDENT_ID = /^[0-9a-f]{32}-[0-9a-z]{1,16}$/

export function isIncidentId(text: string): boolean {
  return INCIDENT_ID.test(text)
}

export async function findIncident(deps: ApiDeps, account: string, id: string): Promise<IncidentRecord | undefined> {
  return isIncidentId(id) ? await readIncident(deps.table, account, id) : undefined
}

export async function findIncidentInGroup(
  deps: Pick<ApiDeps, 'table'>,
  account: string,
  id: string,
): Promise<{ incident: IncidentRecord; group?: Group } | undefined> {
  return isIncidentId(id) ? await readIncidentInGroup(deps.table, account, id) : undefined
}

/**
 * A text that changes with every change of an incident and of its group, made of a single read: every change of a group
 * is a new version of the group's head.
 */
export async function incidentVersion(deps: Pick<ApiDeps, 'table'>, account: string, id: string): Promise<string> {
  return isIncidentId(id) ? ((await headVersion(deps.table, account, id)) ?? '') : ''
}

/** Whether an entry is about the incident. An entry without an incident is about the incident that was open then. */
export function belongsTo(entry: LogEntry, { id, openedAt, closedAt }: IncidentRecord): boolean {
  if (entry.incident !== undefined) return entry.incident === id
  return entry.at >= openedAt && entry.at <= (closedAt ?? Number.POSITIVE_INFINITY)
}
