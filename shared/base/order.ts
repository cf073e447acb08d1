import type { Millis } from './time.ts'

/**
 * The order of what is received at a moment: nothing for most, a place behind everything before for what comes after
 * the clock was set back.
 */
export type OrderOf = (receivedAt: Millis) => { order?: Millis }

/**
 * An order that never goes back, whatever the clock does. `latest`: the latest place that was given before, by an
 * earlier process too. Called in the moment of receipt: a moment that was read earlier would look like a step back.
 */
export function createOrder(latest: Millis = Number.NEGATIVE_INFINITY): { orderOf: OrderOf; latest(): Millis } {
  return {
    orderOf(receivedAt) {
      if (receivedAt >= latest) {
        latest = receivedAt
        return {}
      }
      latest += 1
      return { order: latest }
    },
    latest: () => latest,
  }
}
