import { resolvedAt } from '../../../../shared/alert/alert.ts'
import { levelOf } from '../../../../shared/alert/level.ts'
import { MINUTE, type Millis } from '../../../../shared/base/time.ts'
import type { Group, LogEntry } from '../../../../shared/group/group.ts'
import { loadGroup } from '../../../../shared/group-store/heads.ts'
import { type IncidentRecord, openIncident } from '../../../../shared/group-store/incidents.ts'
import { readNewest } from '../../../../shared/group-store/timeline.ts'
import { loadMuting } from '../../../../shared/muting/load.ts'
import { readSilences } from '../../../../shared/store/silences.ts'
import { type AlertInGroup, alertInGroup, sortAlerts } from '../../groups/alert-in-group.ts'
import { belongsTo, findIncident } from '../../incidents/read-incident.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'

/** An incident with what its page shows, read once. */
export interface IncidentRead {
  incident: IncidentRecord
  /** Absent: the group is gone. */
  group?: Group
  alerts: AlertInGroup[]
  log: LogEntry[]
  title: string
  until: Millis
  named: NameTarget
}

export async function readIncidentPage(deps: ConsoleDeps, ask: PageAsk): Promise<IncidentRead | undefined> {
  const { account, now } = ask
  const found = await findIncident(deps, account, ask.param('id'))
  if (found === undefined) return undefined
  const [loaded, config, silences, newest] = await Promise.all([
    loadGroup(deps.table, account, found.group),
    deps.configs.current(account),
    readSilences(deps.table, account),
    readNewest(deps.table, account, found.group, found.openedAt - MINUTE),
  ])
  const group = loaded?.group
  const incident = (group && openIncident(group)?.id === found.id && openIncident(group)) || found
  const open = incident.state === 'open' && group !== undefined
  const muting = await loadMuting(
    deps.table,
    account,
    config,
    open ? incident.alerts.map(({ alert }) => alert) : [],
    now,
  )
  const policy = config.policy(incident.policy)
  const byId = new Map(silences.map((silence) => [silence.id, silence]))
  const until = incident.closedAt ?? now
  const alerts = incident.alerts.map(({ fingerprint, alert }): AlertInGroup => {
    const member = open ? group.members.get(fingerprint) : undefined
    if (member !== undefined) return alertInGroup(fingerprint, member, { muting, policy, silences: byId, now })
    return { fingerprint, alert, level: levelOf(alert.labels), resolved: resolvedAt(alert, until), heldBy: [] }
  })
  const sorted = sortAlerts(alerts)
  const title = sorted[0]?.alert.labels.alertname ?? Object.values(incident.labels)[0] ?? incident.id
  return {
    incident,
    ...(group && { group }),
    alerts: sorted,
    log: newest.filter((entry) => belongsTo(entry, incident)),
    title,
    until,
    named: targetNames(config),
  }
}
