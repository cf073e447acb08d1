import { groupPartition } from '../../shared/table/keys.ts'
import type { Outcome } from './stage.ts'
import { storedLogs, storedTimelines } from './timelines.ts'

/**
 * A timeline has every entry that a saved head noted, once, and no other entry. Each delivery that a target took has an
 * entry about this target.
 */
export function wrongTimelines(run: Outcome): string[] {
  return [...wrongEntries(run), ...untoldDeliveries(run)]
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
