import type { Group } from '../group/group.ts'
import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { loadGroup } from './heads.ts'
import { type IncidentRecord, openIncident, parseIncident } from './incidents.ts'

/** An incident, open or closed. The head decides: an incident that is open in the head is open. */
export async function readIncident(table: Table, account: string, id: string): Promise<IncidentRecord | undefined> {
  return (await readIncidentInGroup(table, account, id))?.incident
}

/** An incident with its group, read once; the group is absent when it is gone. */
export async function readIncidentInGroup(
  table: Table,
  account: string,
  id: string,
): Promise<{ incident: IncidentRecord; group?: Group } | undefined> {
  const group = groupOfIncident(id)
  const loaded = await loadGroup(table, account, group)
  const open = loaded && openIncident(loaded.group)
  if (loaded && open?.id === id) return { incident: open, group: loaded.group }
  const incident = await readClosedIncident(table, account, id)
  return incident && { incident, ...(loaded && { group: loaded.group }) }
}

/** The item of an incident that is open in no head: look into the head first. */
export async function readClosedIncident(
  table: Table,
  account: string,
  id: string,
): Promise<IncidentRecord | undefined> {
  const item = await table.get(keys.incident(account, groupOfIncident(id), id))
  return item && parseIncident(item)
}

/** The version of the head of an incident's group; undefined: the group is gone. */
export async function headVersion(table: Table, account: string, id: string): Promise<string | undefined> {
  return (await table.get(keys.head(account, groupOfIncident(id))))?.version
}

export function groupOfIncident(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}
