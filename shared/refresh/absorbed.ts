import type { PostedAlert } from '../alert/alert.ts'
import { digest } from '../base/hash.ts'
import { MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { RefreshKeeper } from './refreshes.ts'

/*
 * On AWS functions share no memory, so no refresh is kept as on one machine (`refreshes.ts`). With the setting
 * `absorbRefreshes` of an integration, a container of ingest answers some refreshes and forgets the refreshes at once:
 * refreshes of an alert from the same container, given to the queue a moment before.
 *
 * - Never early: the stored end is an end claimed by the sender, and an absorbed refresh leaves more than three fifths of
 *   the claimed time until the stored end. A sender with a pace of two fifths of the time sends the next refresh with a
 *   fifth of the time to spare: 48 seconds of Prometheus's four minutes, for the queue and for dispatch.
 * - No given end is absorbed: a resolve claims less time than the firing, by any clock of the sender.
 * - Another container may have sent a resolve. Prometheus begins the next episode of an alert with another start, so a
 *   late copy with the old start is no news, absorbed or sent. The next episode of any other sender is heard after
 *   `LONGEST_MS` at the latest.
 * - A container after a standstill finds its alerts too old, and a new container knows no alerts.
 * - After a changed configuration alerts move with their groups, also alerts that nobody repeats.
 */

/** Refreshes are absorbed for so long after the alert was sent, at most. */
export const LONGEST_MS = 2 * MINUTE
/** A sender claims the same time with every refresh, but for the way of the post. */
const WAY_MS = 5 * SECOND
/** A claim of little more than `WAY_MS` could not be told from a resolve. */
const SHORTEST_CLAIM_MS = 30 * SECOND

/** Some 380 bytes each, so 36 MiB of the 512 that a container has. */
const MOST_ALERTS = 100_000

/** An alert in the queue. */
export interface Passed {
  /** Everything in the alert but the end. */
  said: string
  receivedAt: Millis
  endsAt: Millis
}

/** Whether an alert received now is a refresh of the alert passed on, and close enough behind. */
export function isAbsorbed(passed: Passed, { said, receivedAt: now, endsAt }: Passed): boolean {
  const claimed = passed.endsAt - passed.receivedAt
  return (
    said === passed.said &&
    claimed >= SHORTEST_CLAIM_MS &&
    Math.abs(endsAt - now - claimed) <= WAY_MS &&
    5 * (passed.endsAt - now) > 3 * claimed &&
    now - passed.receivedAt < LONGEST_MS
  )
}

/** The memory of one container. `most`: alerts in it; the oldest are forgotten first. */
export function createAbsorbed(most = MOST_ALERTS): RefreshKeeper {
  const passed = new Map<string, Passed & { isSent: boolean }>()
  return {
    keeps: ({ settings }) => settings.absorbRefreshes === true,
    keep({ account, integration, receivedAt, alerts }) {
      const places: number[] = []
      const following: { isSent: boolean }[] = []
      for (const [place, alert] of alerts.entries()) {
        const key = `${account} ${alert.fingerprint}`
        const { endsAt = receivedAt } = alert
        const now = { said: saidBy(alert, integration), receivedAt, endsAt, isSent: false }
        const before = passed.get(key)
        if (before?.isSent && isAbsorbed(before, now)) continue
        places.push(place)
        // From here on the alert is known by this post alone, and only when the queue has the post.
        passed.delete(key)
        if (endsAt <= receivedAt) continue
        passed.set(key, now)
        following.push(now)
      }
      forget(passed, receivedAt, most)
      const areSent = (): void => {
        for (const one of following) one.isSent = true
      }
      return { places, areSent }
    },
  }
}

/** Alerts lie in the order of their receipt, so the alerts that are too old come first. */
function forget(passed: Map<string, Passed>, now: Millis, most: number): void {
  for (const [key, { receivedAt }] of passed) {
    if (passed.size <= most && now - receivedAt < LONGEST_MS) return
    passed.delete(key)
  }
}

/** Labels in another order count as a change, and the alert is sent. */
function saidBy({ labels, annotations, startsAt, generatorURL = '' }: PostedAlert, integration: string): string {
  return digest([integration, JSON.stringify([labels, annotations]), `${startsAt}`, generatorURL])
}
