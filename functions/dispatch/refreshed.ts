import { resolvedAt } from '../../shared/alert/alert.ts'
import { type Arrival, foldAlert } from '../../shared/group/fold.ts'
import type { Group } from '../../shared/group/group.ts'
import { wakeMessage } from '../../shared/message/wake.ts'
import { sendAll } from '../../shared/queue/port.ts'
import { endsAfterStart } from '../../shared/refresh/ends-after-start.ts'
import type { CompiledConfig } from '../../shared/routing/compile.ts'
import type { BatchWork, GroupWork } from './by-group.ts'
import type { DispatchDeps } from './deps.ts'

/** A group as it has to be decided upon, with the refreshes that are kept in memory. */
export interface Refreshed {
  group: Group | undefined
  work: GroupWork
  refreshes: readonly Arrival[]
}

/**
 * Takes the kept refreshes into the group before the decision, so that no alert ends whose sender goes on. An alert that
 * a decision took as over, while its refresh was kept, arrives as a message of the sender would.
 */
export function withRefreshes(saved: Group | undefined, work: GroupWork, deps: DispatchDeps): Refreshed {
  const { refreshes: kept, clock } = deps
  if (saved === undefined || kept === undefined) return { group: saved, work, refreshes: [] }
  const now = clock.now()
  const refreshes = kept.of(work.account, work.id)
  const present = ({ fingerprint }: Arrival): boolean => saved.members.has(fingerprint)
  const folded = [...endsAfterStart(saved, { knownAt: kept.knownAt, now }), ...refreshes.filter(present)]
  const late = refreshes.filter((refresh) => !present(refresh))
  const inputs = [...late.map((arrival) => ({ kind: 'alert' as const, arrival })), ...work.inputs]
  return { group: withFolded(saved, folded, now), work: late.length === 0 ? work : { ...work, inputs }, refreshes }
}

/** A decision changes its own copy; a kept group stays as it was saved. */
function withFolded(saved: Group, arrivals: readonly Arrival[], now: number): Group {
  if (arrivals.length === 0) return saved
  const group = { ...saved, members: new Map(saved.members) }
  for (const arrival of arrivals) foldAlert(group, arrival, now)
  return group
}

/**
 * The group was saved with these refreshes. A refresh may have been kept meanwhile; if the saved decision took its
 * alert as over, another look follows. A second look finds the same and changes nothing.
 */
export async function refreshesSaved(group: Group, refreshes: readonly Arrival[], deps: DispatchDeps): Promise<void> {
  const { account, id, members } = group
  const unseen = deps.refreshes?.saved(account, id, refreshes) ?? []
  const now = deps.clock.now()
  const over = unseen.some(({ fingerprint }) => {
    const member = members.get(fingerprint)
    return member === undefined || resolvedAt(member.alert, now)
  })
  if (!over) return
  await sendAll(deps.dispatchQueue, [wakeMessage({ account, group: id })])
}

/**
 * The alerts of a batch whose refreshes may be kept from now on: the alerts that all of their groups have saved. A
 * source of inhibition is stored beside the groups, too, so each of its refreshes is sent to dispatch.
 */
export function learnSaved(
  account: string,
  { works, arrivals }: BatchWork,
  failed: ReadonlySet<string>,
  { inhibition }: Pick<CompiledConfig, 'inhibition'>,
  { refreshes }: DispatchDeps,
): void {
  if (refreshes === undefined) return
  const unsavedGroups = new Set<string>()
  for (const { id, messages } of works.values()) {
    if ([...messages].some((message) => failed.has(message))) unsavedGroups.add(id)
  }
  for (const { arrival, groups } of arrivals) {
    const unsaved = groups.some((id) => unsavedGroups.has(id))
    const source = inhibition.sources(arrival.alert.labels).length > 0
    if (!source && !unsaved) refreshes.learn(account, arrival, groups)
  }
}
