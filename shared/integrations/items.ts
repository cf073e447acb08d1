import type { PostedAlert } from '../alert/alert.ts'
import { countOf } from '../alert/labels.ts'
import { STEP, type Steps } from '../base/steps.ts'
import { type Decoded, type DecodedAlerts, type InvalidItem, refuseBody } from './integration.ts'

/**
 * Items of a single body. Senders batch by hundreds; millions of `1,` fit into a body too, and every item would get a
 * message of its own.
 */
export const MAX_ITEMS = 20_000

/** The problem of a body with so many items, if any. */
export function tooMany(count: number): string | undefined {
  return count > MAX_ITEMS ? `the body has ${count} items, at most ${MAX_ITEMS} are allowed` : undefined
}

/** Units of work: an alert of a hostile sender may have as many labels as a whole usual body. */
export function unitsOfItem({ labels, annotations }: PostedAlert): number {
  return countOf(labels) + countOf(annotations)
}

/** The content of an item: no alert, an alert or several alerts, and the problem with the rest of the item. */
export interface ReadItem {
  alerts: PostedAlert[]
  problem?: string
}

/** Reads item by item; an invalid item does not affect the rest of the body. */
export function* alertsOf(items: readonly unknown[], read: (item: unknown) => ReadItem): Steps<Decoded> {
  const problem = tooMany(items.length)
  if (problem !== undefined) return refuseBody(problem)
  const alerts: PostedAlert[] = []
  const places: number[] = []
  const invalid: InvalidItem[] = []
  for (const [index, item] of items.entries()) {
    const one = read(item)
    if (one.problem !== undefined) {
      invalid.push({ index, message: one.problem })
      yield STEP
    }
    for (const alert of one.alerts) {
      alerts.push(alert)
      places.push(index)
      yield unitsOfItem(alert)
    }
  }
  return { alerts, invalid, ...spreadOf(items.length - invalid.length, places, invalid) }
}

/** Absent when each valid item is exactly one alert. */
function spreadOf(items: number, places: number[], invalid: InvalidItem[]): Pick<DecodedAlerts, 'spread'> {
  const wrong = new Set(invalid.map(({ index }) => index))
  const plain = places.length === items && new Set(places).size === items && !places.some((place) => wrong.has(place))
  return plain ? {} : { spread: { items, places } }
}
