import type { ChainRun } from './run.ts'
import { SITES, type Site } from './story.ts'
import { timelinesOf } from './timeline.ts'

/**
 * The life of every incident as the bus gets it: each event arrives, in order, without gaps, and never more often
 * than attempts of unknown fate explain; without faults, exactly once.
 */
export function brokenEvents(run: ChainRun): string[] {
  return SITES.flatMap((site) => [...missing(run, site), ...tooOften(run, site)])
}

function missing(run: ChainRun, site: Site): string[] {
  const heard = [...new Set(run.buses.get(site)!.map(({ id }) => id))]
  const owed = new Set<string>()
  const found: string[] = []
  for (const entries of timelinesOf(run, site, 'all').values()) {
    const events = entries.flatMap(({ kind, incident }) => {
      if (incident === undefined) return []
      if (kind === 'opened') return [`${incident}_create`]
      return kind === 'closed' ? [`${incident}_close`] : []
    })
    for (const event of events) {
      owed.add(event)
      if (!heard.includes(event)) found.push(`event: the bus of ${site} never heard of ${event}`)
    }
    const told = heard.filter((id) => events.includes(id))
    if (!alternate(told)) found.push(`event: the bus of ${site} heard ${told.join()} out of order`)
  }
  for (const id of heard) if (!owed.has(id)) found.push(`event: the bus of ${site} heard of ${id}, which never was`)
  const opened = [...owed].some((id) => id.endsWith('_create'))
  if (!opened && run.hooks.get(site)!.length > 0) found.push(`event: ${site} was told of alerts without an incident`)
  return found
}

/**
 * An incident opens, closes, and only then the next incident of its group opens. (The order in the timeline comes
 * from clocks that may be wrong.)
 */
function alternate(told: readonly string[]): boolean {
  return told.every((id, place) =>
    place % 2 === 0 ? id.endsWith('_create') : id === told[place - 1]!.replace(/_create$/, '_close'),
  )
}

function tooOften(run: ChainRun, site: Site): string[] {
  const timeline = [...timelinesOf(run, site, 'all').values()].flat()
  const found: string[] = []
  for (const [id, list] of Map.groupBy(run.buses.get(site)!, ({ delivery }) => delivery)) {
    const doubts = timeline.filter(({ kind, delivery }) => kind === 'ambiguous' && delivery === id).length
    if (run.story.clean && doubts > 0) found.push(`event: ${site} doubts ${id} though nothing fails`)
    if (list.length > 1 + doubts) found.push(`event: the bus of ${site} took ${list[0]!.id} ${list.length} times`)
  }
  return found
}
