import { keepNewest } from '../base/keep-newest.ts'
import { DAY, type Millis } from '../base/time.ts'
import type { NotifiedAlert } from '../delivery/delivery.ts'

/*
 * Alerts that an earlier ledger has. A group that is told of a change again and again says mostly the same alerts, so its
 * next ledger names these alerts by their places in the earlier ledger. A ledger that is named has all of its own alerts, so a
 * reader never follows more than one name. Ledgers never change, and the earlier ledger was written before.
 */

/** The alerts of a content: an index is a place among the alerts of the earlier content. */
export interface AfterContent {
  ledger: string
  content: number
  alerts: (number | NotifiedAlert)[]
}

/** Contents that this process wrote whole lately. */
export interface SaidAlerts {
  /** Undefined: nothing is known of the group that has most of these alerts. */
  after(account: string, group: string, alerts: readonly NotifiedAlert[], now: Millis): AfterContent | undefined
  /** The content of a ledger that was written. */
  note(account: string, group: string, said: Said): void
}

interface Said {
  ledger: string
  content: number
  at: Millis
  alerts: readonly NotifiedAlert[]
}

/** A ledger with whole contents is kept for so much longer than its deliveries: a later ledger may name it until then. */
export const NAMED_MS = DAY

/** Larger contents are not carried by messages, so their readers would have to read two ledgers. */
export const MOST_SAID_BYTES = 32 * 1024
const MOST_GROUPS = 500

export function createSaidAlerts(): SaidAlerts {
  const known = new Map<string, Omit<Said, 'alerts'> & { places: ReadonlyMap<string, number> }>()
  return {
    after(account, group, alerts, now) {
      const said = known.get(`${account} ${group}`)
      if (said === undefined || now - said.at >= NAMED_MS || now < said.at) return undefined
      const { ledger, content, places } = said
      const named = alerts.map((alert) => places.get(JSON.stringify(alert)) ?? alert)
      const own = named.filter((one) => typeof one !== 'number').length
      return own * 4 > alerts.length ? undefined : { ledger, content, alerts: named }
    },
    note(account, group, { alerts, ...said }) {
      const places = new Map(alerts.map((alert, place) => [JSON.stringify(alert), place]))
      keepNewest(known, `${account} ${group}`, { ...said, places }, MOST_GROUPS)
    },
  }
}
