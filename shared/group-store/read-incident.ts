import { keys } from '../table/keys.ts'
import type { Table } from '../table/port.ts'
import { loadGroup } from './heads.ts'
import { type IncidentRecord, openIncident, parseIncident } from './incidents.ts'

/** An incident, open or closed. The head decides: an incident that is open in the head is open. */
export async function readIncident(table: Table, account: string, id: string): Promise<IncidentRecord | undefined> {
  const group = id.slice(0, id.lastIndexOf('-'))
  const loaded = await loadGroup(table, account, group)
  const open = loaded && openIncident(loaded.group)
  if (open?.id === id) return open
  const item = await table.get(keys.incident(account, group, id))
  return item && parseIncident(item)
}
