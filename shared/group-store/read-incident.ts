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
  const group = groupOf(id)
  const loaded = await loadGroup(table, account, group)
  const open = loaded && openIncident(loaded.group)
  if (loaded && open?.id === id) return { incident: open, group: loaded.group }
  const item = await table.get(keys.incident(account, group, id))
  return item && { incident: parseIncident(item), ...(loaded && { group: loaded.group }) }
}

/** The version of the head of an incident's group; undefined: the group is gone. */
export async function headVersion(table: Table, account: string, id: string): Promise<string | undefined> {
  return (await table.get(keys.head(account, groupOf(id))))?.version
}

function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}
