import { keepNewest } from '../base/keep-newest.ts'
import type { Delivery, How, Notification } from './delivery.ts'

/** The parts of a delivery that its attempt needs. */
export interface FreshDelivery {
  notification: Notification
  how?: How
}

/**
 * Deliveries that dispatch has just written to the table, where dispatch and notify share a process: the attempt then reads
 * nothing back. A delivery never changes, so a kept delivery equals its item in the table. All other deliveries are read
 * from the table.
 */
export interface FreshWords {
  note(deliveries: readonly Delivery[]): void
  /** The delivery, once: an attempt that is made again reads the table. */
  take(account: string, delivery: string): FreshDelivery | undefined
}

/** Deliveries wait for a slot of their channel; older deliveries are read. */
const KEPT = 200
/** Large words are few, and their reading costs little beside their sending. */
const MOST_ALERTS = 20

export function createFreshWords(): FreshWords {
  const kept = new Map<string, FreshDelivery>()
  return {
    note(deliveries) {
      for (const { account, id, notification, how } of deliveries) {
        if (notification.alerts.length > MOST_ALERTS) continue
        keepNewest(kept, JSON.stringify([account, id]), { notification, ...(how && { how }) }, KEPT)
      }
    },
    take(account, delivery) {
      const key = JSON.stringify([account, delivery])
      const found = kept.get(key)
      kept.delete(key)
      return found
    },
  }
}
