import { listGroups } from '../../shared/group-store/heads.ts'
import { storedDeliveries } from './check-incidents.ts'
import type { Seen } from './sink.ts'
import type { Outcome } from './stage.ts'
import { storedTimelines } from './timelines.ts'

const CLAIMED = 'claimed by a person'

/**
 * The incidents of a receiver that keeps incidents of its own, as PagerDuty would have them after all messages, when the
 * run has come to rest without a change of the configuration:
 * - only the open incidents of groups are open there, unless an end was dropped or waits;
 * - an incident that somebody has in hand is acknowledged there;
 * - a claim is told once, unless an attempt had no certain outcome.
 */
export async function wrongKeptIncidents(run: Outcome): Promise<string[]> {
  const { story, table } = run
  if (story.changes.length > 0) return []
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
      const present = new Map(groups.flatMap(({ incident }) => (incident ? [[incident.id, incident.handler]] : [])))
      for (const [incident, handler] of heard.open) {
        if (!present.has(incident)) found.push(`kept: ${name} keeps ${incident} open`)
        const claimed = present.get(incident)
        if (claimed !== undefined && handler !== claimed)
          found.push(`kept: ${name} did not hear that ${claimed} has it`)
      }
    }
  }
  return found
}

function incidentsAt(run: Outcome, seen: readonly Seen[]) {
  const deliveries = storedDeliveries(run)
  const open = new Map<string, string | undefined>()
  const claims = new Map<string, string>()
  const again: string[] = []
  const ambiguous = new Set(
    [...storedTimelines(run.everything()).values()].flat().flatMap(({ kind, delivery }) => {
      return kind === 'ambiguous' && delivery !== undefined ? [delivery] : []
    }),
  )
  for (const { id, reason, alerts } of seen) {
    const { incident, ended = [] } = deliveries.get(id)?.notification ?? {}
    for (const one of ended) open.delete(one)
    if (incident === undefined) continue
    const fires = alerts.some(({ status }) => status === 'firing')
    if (!fires) {
      open.delete(incident.id)
      claims.delete(incident.id)
      continue
    }
    open.set(incident.id, reason === CLAIMED ? incident.handler : open.get(incident.id))
    if (reason !== CLAIMED) continue
    const before = claims.get(incident.id)
    if (before !== undefined && before !== id && !ambiguous.has(before) && handlerOf(before) === incident.handler) {
      again.push(id)
    }
    claims.set(incident.id, id)
  }
  return { open, again }

  function handlerOf(delivery: string): string | undefined {
    return deliveries.get(delivery)?.notification.incident?.handler
  }
}
