import { MINUTE } from '../../../shared/base/time.ts'
import { parseTargetKey } from '../../../shared/delivery/target.ts'
import { entryAbout, targetsOf } from '../../../shared/group/log-entry.ts'
import type { StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { readNewest } from '../../../shared/group-store/timeline.ts'
import type { Table } from '../../../shared/table/port.ts'

/**
 * Completes the progress of notifications. An arrival is not written beside the claim of a notification: the timeline of
 * the group tells the arrival. The timeline of each group is read once, from its oldest delivery without an outcome.
 */
export async function withArrivals(
  table: Table,
  account: string,
  deliveries: readonly StoredDelivery[],
): Promise<StoredDelivery[]> {
  const unsure = deliveries.filter(isUnsure)
  const arrived = new Map<string, number>()
  await Promise.all(
    [...Map.groupBy(unsure, ({ delivery }) => delivery.group)].map(async ([group, list]) => {
      // The clocks of workers differ.
      const since = Math.min(...list.map(({ delivery }) => delivery.openedAt)) - MINUTE
      const targets = new Set(list.map(({ delivery }) => delivery.target))
      for (const entry of await readNewest(table, account, group, since)) {
        if (entry.kind !== 'told') continue
        for (const target of targetsOf(entry).filter((one) => targets.has(one))) {
          const { delivery, at } = entryAbout(target, entry, { id: group })
          if (delivery !== undefined) arrived.set(delivery, at)
        }
      }
    }),
  )
  return deliveries.map((stored) => {
    const at = isUnsure(stored) ? arrived.get(stored.delivery.id) : undefined
    return at === undefined ? stored : { ...stored, progress: { ...stored.progress, last: { kind: 'arrived', at } } }
  })
}

/** The target of a notification, by the timeline of its group; undefined: the group opened no such delivery lately. */
export async function toldTarget(
  table: Table,
  account: string,
  group: string,
  id: string,
): Promise<string | undefined> {
  const entries = await readNewest(table, account, group, Number.NEGATIVE_INFINITY)
  for (const entry of entries.filter(({ kind }) => kind === 'telling')) {
    const target = targetsOf(entry).find((one) => entryAbout(one, entry, { id: group }).delivery === id)
    if (target !== undefined) return target
  }
  return undefined
}

function isUnsure({ delivery, progress }: StoredDelivery): boolean {
  return progress.begun > 0 && progress.last === undefined && parseTargetKey(delivery.target).kind === 'notification'
}
