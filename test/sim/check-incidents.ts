import type { Delivery } from '../../shared/delivery/delivery.ts'
import { parseTargetKey } from '../../shared/delivery/target.ts'
import type { TimelineEntry } from '../../shared/group/group.ts'
import type { DeliveryFacts } from '../../shared/group-store/deliveries.ts'
import { ledgerDeliveries } from '../../shared/group-store/ledger.ts'
import { groupPartition } from '../../shared/table/keys.ts'
import type { Outcome } from './stage.ts'
import { storedTimelines } from './timelines.ts'

/**
 * The incidents that notifications name, by the stored deliveries and the timelines:
 * - a firing alert names an incident; an end names an incident too, unless a change of the configuration regrouped the
 *   alerts;
 * - a named incident was opened by the group whose key the notification has;
 * - a repeated end names the incident of its first attempt: both attempts have the same id, unless a change of the
 *   configuration brought knowledge of another group, which told the same target or may have.
 */
export function wrongIncidents(run: Outcome): string[] {
  const deliveries = storedDeliveries(run)
  const found: string[] = []
  const all = storedTimelines(run.everything())
  const mayBeToldElsewhere = (partition: string, target: string, { notification }: Delivery): boolean => {
    const told = ({ kind, target: to, alerts = [] }: TimelineEntry): boolean =>
      kind === 'telling' && to === target && notification.alerts.some((one) => alerts.includes(one.fingerprint))
    // By two changes an alert leaves its group and comes back, and the group cannot know whether the alert was told.
    if (run.story.changes.length !== 1) return run.story.changes.length > 1
    return [...all].some(([other, entries]) => other !== partition && entries.some(told))
  }
  const keys = Map.groupBy(deliveries.values(), ({ account, group }) => groupPartition(account, group))
  const opened = new Map<string | undefined, ReadonlySet<string>>()
  for (const [partition, entries] of all) {
    const own = new Set((keys.get(partition) ?? []).map(({ notification }) => notification.groupKey))
    for (const { kind, incident } of entries) if (kind === 'opened') opened.set(incident, own)
  }
  for (const [partition, entries] of all) {
    const told = entries.filter(({ kind }) => kind === 'telling' || kind === 'told')
    for (const [target, list] of Map.groupBy(told, ({ target = '' }) => target)) {
      if (parseTargetKey(target).kind !== 'notification') continue
      for (const [index, entry] of list.entries()) {
        const delivery = entry.kind === 'telling' ? deliveries.get(entry.delivery ?? '') : undefined
        if (delivery === undefined) continue
        found.push(...named(run, delivery, opened))
        const before = list[index - 1]
        if (before?.kind !== 'telling' || before.delivery === entry.delivery) continue
        const first = deliveries.get(before.delivery ?? '')
        // Without an incident the alerts went through another group in between.
        if (first?.notification.incident === undefined || delivery.notification.incident === undefined) continue
        if (isEnd(first) && words(first) === words(delivery) && !mayBeToldElsewhere(partition, target, first)) {
          found.push(`incident: ${partition} tries an end again as another message, ${first.id} and ${delivery.id}`)
        }
      }
    }
  }
  return found
}

function named(
  { story }: Outcome,
  { id, notification }: Delivery,
  opened: ReadonlyMap<string | undefined, ReadonlySet<string>>,
): string[] {
  const { incident, alerts, groupKey } = notification
  if (incident === undefined) {
    const regrouped = story.changes.length > 0 && alerts.every(({ endsAt }) => endsAt !== undefined)
    return regrouped ? [] : [`incident: ${id} names none`]
  }
  const known = opened.get(incident.id)?.has(groupKey) === true
  return known ? [] : [`incident: ${id} names ${incident.id}, which was not opened by ${groupKey}`]
}

function isEnd({ notification: { alerts } }: Delivery): boolean {
  return alerts.every(({ endsAt }) => endsAt !== undefined)
}

function words({ notification: { alerts } }: Delivery): string {
  return alerts.map(({ fingerprint, startsAt, endsAt }) => `${fingerprint} ${startsAt} ${endsAt}`).join()
}

/** The stored deliveries with their alerts, which may lie apart from them. */
export function storedDeliveries({ everything }: Pick<Outcome, 'everything'>): Map<string, Delivery> {
  const items = everything()
  const words = new Map(items.filter(({ sort }) => sort.startsWith('words#')).map((item) => [placeOf(item), item.body]))
  const ledgers = new Map(
    items.flatMap((item) => (item.sort.startsWith('ledger#') ? [[item.sort.slice('ledger#'.length), item]] : [])),
  )
  const facts = items.flatMap((item): DeliveryFacts[] => {
    if (item.sort.startsWith('to#')) return [JSON.parse(item.body) as DeliveryFacts]
    const [, account = ''] = item.partition.split('#')
    return item.sort.startsWith('ledger#') ? ledgerDeliveries(account, item, ledgers) : []
  })
  return new Map(
    facts.map((delivery): [string, Delivery] => {
      const { hash, items: count } = delivery.words ?? { hash: '', items: 0 }
      const partition = groupPartition(delivery.account, delivery.group)
      const parts = Array.from({ length: count }, (_, index) => {
        const part = words.get(placeOf({ partition, sort: `words#${hash}#${index}` }))
        return JSON.parse(part ?? '{"alerts":[]}') as Pick<Delivery['notification'], 'alerts'>
      })
      const alerts = [...(delivery.notification.alerts ?? []), ...parts.flatMap((part) => part.alerts)]
      return [delivery.id, { ...delivery, notification: { ...delivery.notification, alerts } }]
    }),
  )
}

function placeOf({ partition, sort }: { partition: string; sort: string }): string {
  return `${partition} ${sort}`
}
