import { MINUTE, type Millis } from '../../../shared/base/time.ts'
import { parseTargetKey } from '../../../shared/delivery/target.ts'
import type { TimelineEntry } from '../../../shared/group/group.ts'
import { entryAbout, targetsOf } from '../../../shared/group/log-entry.ts'
import type { StoredDelivery } from '../../../shared/group-store/deliveries.ts'
import { readNewest } from '../../../shared/group-store/timeline.ts'
import type { Reason } from '../../../shared/reason/reason.ts'
import type { Table } from '../../../shared/table/port.ts'

/** A delivery, and the word of its group that no further attempt is made. */
export interface KnownDelivery extends StoredDelivery {
  dropped?: Dropped
}

export interface Dropped {
  at: Millis
  reason: Reason
}

/**
 * Completes the progress of deliveries. An arrival is not written beside the claim of a notification, and no end is
 * written beside an attempt that failed: the timeline of the group tells both. The timeline of each group is read once,
 * from its oldest unfinished delivery.
 */
export async function withFates(
  table: Table,
  account: string,
  deliveries: readonly StoredDelivery[],
  wanted: (delivery: StoredDelivery) => boolean = () => true,
): Promise<KnownDelivery[]> {
  const unsure = deliveries.filter((stored) => stored.progress.last?.kind !== 'arrived' && wanted(stored))
  const known = new Map<StoredDelivery, KnownDelivery>()
  await Promise.all(
    [...Map.groupBy(unsure, ({ delivery }) => delivery.group)].map(async ([group, list]) => {
      // The clocks of workers differ.
      const since = Math.min(...list.map(({ delivery }) => delivery.openedAt)) - MINUTE
      const targets = new Set(list.map(({ delivery }) => delivery.target))
      const entries = new Map<string, TimelineEntry[]>([...targets].map((target) => [target, []]))
      for (const entry of await readNewest(table, account, group, since)) {
        for (const target of targetsOf(entry)) entries.get(target)?.push(entryAbout(target, entry, { id: group }))
      }
      for (const stored of list) known.set(stored, withFate(stored, entries.get(stored.delivery.target) ?? []))
    }),
  )
  return deliveries.map((stored) => known.get(stored) ?? stored)
}

/** The entries are about the target of the delivery, newest first. */
function withFate(stored: StoredDelivery, entries: readonly TimelineEntry[]): KnownDelivery {
  const { delivery, progress } = stored
  const isEvent = parseTargetKey(delivery.target).kind === 'lifecycle'
  let dropped: Dropped | undefined
  for (const { at, kind, delivery: id, reason } of entries) {
    if (id === delivery.id && kind === 'told')
      return { ...stored, progress: { ...progress, last: { kind: 'arrived', at } } }
    if (id === delivery.id && endsAttempts(kind, reason)) dropped = { at, reason }
    else if (id === delivery.id) break
    // The group compares anew after each failure: what it says of the target then is said of the delivery.
    else if (isEvent) continue
    else if (kind === 'telling') dropped = { at, reason: { code: 'superseded' } }
    else if (id === undefined && endsAttempts(kind, reason)) dropped = { at, reason }
  }
  return dropped === undefined ? stored : { ...stored, dropped }
}

/** Whether no attempt follows; a paused target is tried again after its repair. */
function endsAttempts(kind: TimelineEntry['kind'], { code }: Reason): boolean {
  if (kind === 'not-told') return code !== 'paused'
  return code === 'policy-removed' || code === 'too-many-events' || code === 'channel-paused-too-long'
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
