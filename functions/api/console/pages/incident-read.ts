import { resolvedAt } from '../../../../shared/alert/alert.ts'
import { levelOf } from '../../../../shared/alert/level.ts'
import { digest } from '../../../../shared/base/hash.ts'
import { MINUTE, type Millis } from '../../../../shared/base/time.ts'
import { sumOf } from '../../../../shared/group/card.ts'
import { over } from '../../../../shared/group/closed-by-hand.ts'
import type { Group, LogEntry } from '../../../../shared/group/group.ts'
import type { IncidentRecord } from '../../../../shared/group-store/incidents.ts'
import { readNewest } from '../../../../shared/group-store/timeline.ts'
import { readSilences } from '../../../../shared/store/silences.ts'
import { type AlertInGroup, alertInGroup, readHoldingFacts, sortAlerts } from '../../groups/alert-in-group.ts'
import { levelsOf } from '../../incidents/incident-view.ts'
import { belongsTo, findIncidentInGroup, incidentVersion } from '../../incidents/read-incident.ts'
import type { ConsoleDeps, PageAsk } from '../page/ask.ts'
import { type NameTarget, targetNames } from '../parts/targets.ts'

/** An incident with what its page shows, read once. */
export interface IncidentRead {
  incident: IncidentRecord
  /** Absent: the group is gone. */
  group?: Group
  /** At most 200 of the alerts. */
  alerts: AlertInGroup[]
  /** Numbers of all alerts. */
  counts: { all: number; firing: number }
  log: LogEntry[]
  title: string
  until: Millis
  named: NameTarget
}

/**
 * The tag of the page of an incident, without reading the group: a poll without news costs the same whatever the size of
 * the group. Minutes stand for what changes without a write to the group: ages, intervals, names, and inhibition.
 */
export async function incidentTag(deps: ConsoleDeps, ask: PageAsk): Promise<string> {
  const { account, now, prefs, role } = ask
  const [version, silences] = await Promise.all([
    incidentVersion(deps, account, ask.param('id')),
    readSilences(deps.table, account),
  ])
  const minute = String(Math.floor(now / MINUTE))
  return digest([version, JSON.stringify(silences), minute, role, prefs.language], 20)
}

export async function readIncidentPage(deps: ConsoleDeps, ask: PageAsk): Promise<IncidentRead | undefined> {
  const { account, now } = ask
  const found = await findIncidentInGroup(deps, account, ask.param('id'))
  if (found === undefined) return undefined
  const { incident, group } = found
  const [config, newest] = await Promise.all([
    deps.configs.current(account),
    readNewest(deps.table, account, incident.group, incident.openedAt - MINUTE),
  ])
  const open = incident.state === 'open' && group !== undefined
  const own = open ? incident.alerts.map(({ alert }) => alert) : []
  const facts = {
    ...(await readHoldingFacts(deps.table, account, config, own, now)),
    policy: config.policy(incident.policy),
  }
  const until = incident.closedAt ?? now
  const alerts = incident.alerts.map(({ fingerprint, alert }): AlertInGroup => {
    const member = open ? group.members.get(fingerprint) : undefined
    if (member !== undefined) return alertInGroup(fingerprint, member, facts)
    return { fingerprint, alert, level: levelOf(alert.labels), resolved: resolvedAt(alert, until), heldBy: [] }
  })
  const sorted = sortAlerts(alerts)
  const title = sorted[0]?.alert.labels.alertname ?? Object.values(incident.labels)[0] ?? incident.id
  return {
    incident,
    ...(group && { group }),
    alerts: sorted,
    counts: {
      all: sumOf(levelsOf(incident)),
      firing: open ? [...group.members.values()].filter((member) => !over(member, now)).length : 0,
    },
    log: newest.filter((entry) => belongsTo(entry, incident)),
    title,
    until,
    named: targetNames(config),
  }
}
