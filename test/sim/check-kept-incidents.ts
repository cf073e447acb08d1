import { over } from '../../shared/group/closed-by-hand.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import { groupPartition } from '../../shared/table/keys.ts'
import { storedDeliveries } from './check-incidents.ts'
import type { Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import { storedTimelines } from './timelines.ts'

const CLAIMED = 'claimed by a person'

/**
 * The incidents of a receiver that keeps incidents of its own, as PagerDuty would have them after all messages, when the
 * run has come to rest:
 * - only the open incidents of groups are open there, unless an end was dropped or waits. After a change of the
 *   configuration an incident may be open whose alerts fire on, or of which no group surely knows that it was told;
 * - an incident that somebody has in hand is acknowledged there;
 * - a claim is told once, unless an attempt had no certain outcome.
 */
export async function wrongKeptIncidents(run: Outcome): Promise<string[]> {
  const { story, table, world } = run
  const keepers = story.sections.channels.filter(({ keepsIncidents, sendResolved }) => keepsIncidents && sendResolved)
  if (keepers.length === 0 || story.sections.policies.some(({ silencedEnds }) => silencedEnds === 'dropped')) return []
  const found: string[] = []
  for (const account of story.accounts) {
    const { groups } = await listGroups(table, account, { limit: 500 })
    for (const { id } of keepers) {
      const name = `${account}/${id}`
      const heard = incidentsAt(run, run.sinks.get(name)!.seen)
      found.push(...heard.again.map((what) => `kept: ${name} heard of a claim twice, ${what}`))
      if (groups.some(({ targets, muted }) => muted || targets.get(id)?.paused !== undefined)) continue
      if (endsDropped(run, account, id)) continue
      const firing = new Set(
        groups.flatMap(({ members }) =>
          [...members].flatMap(([one, member]) => (over(member, world.now()) ? [] : [one])),
        ),
      )
      const present = new Map(groups.flatMap(({ incident }) => (incident ? [[incident.id, incident.handler]] : [])))
      for (const [incident, handler] of heard.open) {
        const moved =
          story.changes.length > 0 && (!heard.sure.has(incident) || fires(heard.told.get(incident)!, firing))
        if (!present.has(incident) && !moved) found.push(`kept: ${name} keeps ${incident} open`)
        const claimed = present.get(incident)
        if (claimed !== undefined && handler !== claimed)
          found.push(`kept: ${name} did not hear that ${claimed} has it`)
      }
    }
  }
  return found
}

function fires(alerts: readonly string[], firing: ReadonlySet<string>): boolean {
  return alerts.some((one) => firing.has(one))
}

/** Whether a change of the configuration left no policy, or no channel, that tells the target of all ends. */
function endsDropped({ everything }: Outcome, account: string, id: string): boolean {
  const prefix = groupPartition(account, '')
  return [...storedTimelines(everything())].some(([partition, entries]) => {
    return (
      partition.startsWith(prefix) && entries.some(({ reason, target }) => target === id && DROPPED.has(reason.code))
    )
  })
}

const DROPPED = new Set(['not-named', 'channel-gone'])

function incidentsAt(run: Outcome, seen: readonly Seen[]) {
  const deliveries = storedDeliveries(run)
  const open = new Map<string, string | undefined>()
  const told = new Map<string, string[]>()
  const sure = new Set<string>()
  const claims = new Map<string, string>()
  const again: string[] = []
  const entries = [...storedTimelines(run.everything()).values()].flat()
  const noted = (wanted: string): Set<string | undefined> =>
    new Set(entries.filter(({ kind }) => kind === wanted).map(({ delivery }) => delivery))
  const [ambiguous, arrived] = [noted('ambiguous'), noted('told')]
  for (const { id, reason, status, alerts } of seen) {
    const { incident, ended = [] } = deliveries.get(id)?.notification ?? {}
    for (const one of ended) open.delete(one)
    if (incident === undefined) continue
    if (status === 'resolved') {
      open.delete(incident.id)
      claims.delete(incident.id)
      continue
    }
    told.set(incident.id, [...(told.get(incident.id) ?? []), ...alerts.map(({ fingerprint }) => fingerprint)])
    if (arrived.has(id)) sure.add(incident.id)
    open.set(incident.id, reason === CLAIMED ? incident.handler : open.get(incident.id))
    if (reason !== CLAIMED) continue
    const before = claims.get(incident.id)
    if (before !== undefined && before !== id && !ambiguous.has(before) && handlerOf(before) === incident.handler) {
      again.push(id)
    }
    claims.set(incident.id, id)
  }
  return { open, told, sure, again }

  function handlerOf(delivery: string): string | undefined {
    return deliveries.get(delivery)?.notification.incident?.handler
  }
}
