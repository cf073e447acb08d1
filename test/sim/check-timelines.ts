import type { TimelineEntry } from '../../shared/group/group.ts'
import { listGroups } from '../../shared/group-store/heads.ts'
import { groupPartition } from '../../shared/table/keys.ts'
import type { Outcome } from './stage.ts'
import { storedLogs, storedTimelines } from './timelines.ts'

/**
 * A timeline has every entry that a saved head noted, once, and no other entry. Each delivery that a target took has an
 * entry about this target, and no target arrives that was not told. An attempt that failed is made again, or the timeline
 * says that it is not.
 */
export async function wrongTimelines(run: Outcome): Promise<string[]> {
  return [...wrongEntries(run), ...untoldDeliveries(run), ...unsentArrivals(run), ...(await unendedAttempts(run))]
}

const FAILED: TimelineEntry['kind'][] = ['refused', 'ambiguous', 'dead']

async function unendedAttempts({ story, table, everything }: Outcome): Promise<string[]> {
  const groups = await Promise.all(story.accounts.map((account) => listGroups(table, account, { limit: 500 })))
  const living = new Map(
    groups.flatMap((list) => list.groups.map((group) => [groupPartition(group.account, group.id), group] as const)),
  )
  return [...storedTimelines(everything())].flatMap(([partition, entries]) => {
    const about = Map.groupBy(entries, ({ target }) => target)
    return [...about].flatMap(([target, list]) => {
      const last = list.findLast(({ kind }) => kind !== 'paused')
      if (target === undefined || last === undefined || !FAILED.includes(last.kind)) return []
      if (last.reason.code === 'policy-removed') return []
      const { open, retry, paused } = living.get(partition)?.targets.get(target) ?? {}
      if (open !== undefined || retry !== undefined || paused !== undefined) return []
      return [`timeline: ${partition} does not say that ${last.delivery} is not tried again`]
    })
  })
}

function wrongEntries({ everything, noted }: Outcome): string[] {
  const stored = storedLogs(everything())
  return [...new Set([...stored.keys(), ...noted.keys()])].flatMap((partition) => {
    const kept = countsOf((stored.get(partition) ?? []).map((entry) => JSON.stringify(entry)))
    const said = countsOf(noted.get(partition) ?? [])
    return [...new Set([...kept.keys(), ...said.keys()])].flatMap((entry) => {
      const [is, ought] = [kept.get(entry) ?? 0, said.get(entry) ?? 0]
      return is === ought ? [] : [`timeline: ${partition} has ${is} times, not ${ought} times, ${entry}`]
    })
  })
}

function countsOf(texts: readonly string[]): Map<string, number> {
  return new Map([...Map.groupBy(texts, (text) => text)].map(([text, list]) => [text, list.length]))
}

/** Arrivals of deliveries that were not being told to the target since their last arrival. */
function unsentArrivals({ everything }: Outcome): string[] {
  return [...storedTimelines(everything())].flatMap(([partition, entries]) => {
    const out = new Set<string>()
    return entries.flatMap(({ kind, target, delivery }) => {
      const one = `${target} ${delivery}`
      if (kind === 'telling') out.add(one)
      if (kind !== 'told' || out.delete(one)) return []
      return [`timeline: ${partition} says that ${one} arrived, which was not being told`]
    })
  })
}

function untoldDeliveries({ everything, sinks }: Outcome): string[] {
  const telling = [...storedTimelines(everything())].flatMap(([partition, entries]) =>
    entries.flatMap(({ kind, target, delivery }) => (kind === 'telling' ? [`${partition} ${target} ${delivery}`] : [])),
  )
  const known = new Set(telling)
  return [...sinks].flatMap(([name, { seen }]) => {
    const [account, target] = name.split('/') as [string, string]
    return seen.flatMap(({ id }) => {
      const partition = groupPartition(account, id.slice(0, id.indexOf('-')))
      return known.has(`${partition} ${target} ${id}`) ? [] : [`timeline: nothing says that ${name} was told ${id}`]
    })
  })
}
