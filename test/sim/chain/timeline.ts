import { FORWARD_POLICY } from '../../../shared/config/config.ts'
import { FORWARD_TARGET, targetKey } from '../../../shared/delivery/target.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { storedTimelines } from '../timelines.ts'
import type { ChainRun } from './run.ts'
import { accountOf, installationOf } from './stage.ts'
import type { Site } from './story.ts'

const known = new WeakMap<ChainRun, Map<string, Map<string, TimelineEntry[]>>>()

/** Timeline entries of the groups of a policy, in order of time. */
export function timelineOf(run: ChainRun, site: Site, policy: 'all' | typeof FORWARD_POLICY): TimelineEntry[] {
  return [...timelinesOf(run, site, policy).values()].flat()
}

/** The same entries by group. A group of forwarding has the forward target and no other target. */
export function timelinesOf(
  run: ChainRun,
  site: Site,
  policy: 'all' | typeof FORWARD_POLICY,
): Map<string, TimelineEntry[]> {
  const byRun = known.get(run) ?? new Map<string, Map<string, TimelineEntry[]>>()
  known.set(run, byRun)
  const made = byRun.get(`${site} ${policy}`) ?? read(run, site, policy)
  byRun.set(`${site} ${policy}`, made)
  return made
}

function read(run: ChainRun, site: Site, policy: string): Map<string, TimelineEntry[]> {
  const items = installationOf(run, site).table.everything()
  const groups = storedTimelines(items.filter(({ partition }) => partition.startsWith(`a#${accountOf(site)}#g#`)))
  for (const [partition, entries] of groups) {
    const forwards = entries.some(({ target }) => target === targetKey(FORWARD_TARGET))
    if (forwards !== (policy === FORWARD_POLICY)) groups.delete(partition)
    else entries.sort((a, b) => a.at - b.at)
  }
  return groups
}
