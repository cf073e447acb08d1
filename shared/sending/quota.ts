import { HOUR, MINUTE, type Millis, SECOND } from '../base/time.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { wallText, wallTime } from '../interval/zone.ts'
import type { User } from '../people/user.ts'
import { sendAll } from '../queue/port.ts'
import { ownAlert } from '../store/own-alert.ts'
import { giveBackQuota, noteQuotaTold, type QuotaPlace, takeQuota } from '../store/quotas.ts'
import type { AttemptDeps, AttemptSender } from './attempt.ts'

export interface Quota {
  account: string
  channel: string
  user: User
  /** Messages in a day at most. */
  most: number
}

/** Repeats leave a tenth of a quota to what is new, and at least so many messages. */
const LEAST_FOR_NEWS = 3

/**
 * A sender that sends so many messages to a user in a day of the user. A message is counted before the send, and the
 * count is given back when the message was surely not sent. A digest message counts once.
 */
export function withinQuota(sender: AttemptSender, quota: Quota, deps: AttemptDeps): AttemptSender {
  const { account, user, most } = quota
  const { table, clock } = deps
  return {
    ...sender,
    async send(delivery, ...rest) {
      const now = clock.now()
      const place = { account, user: user.id, day: wallText(now, user.timeZone).slice(0, 10), kind: sender.type }
      const isRepeat = delivery.notification.reason === 'repeat'
      const reserved = isRepeat ? Math.max(LEAST_FOR_NEWS, Math.ceil(most / 10)) : 0
      const refused = await countOne(place, Math.max(0, most - reserved), quota, deps)
      if (refused !== undefined) return refused
      const outcome = await sender.send(delivery, ...rest)
      if (outcome.kind === 'refused' || outcome.kind === 'dead') {
        // A count that is not given back is a message less, and nothing worse.
        await giveBackQuota(table, place, now).catch((error) => deps.noteFault?.(`the quota of ${delivery.id}`, error))
      }
      return outcome
    },
  }
}

/** The outcome of a message that the quota leaves out. */
async function countOne(
  place: QuotaPlace,
  limit: number,
  quota: Quota,
  deps: AttemptDeps,
): Promise<Outcome | undefined> {
  const { table, clock, metrics } = deps
  const now = clock.now()
  try {
    const { taken, used, told } = await takeQuota(table, place, limit, now)
    if (taken) return undefined
    metrics.add('tocsin_limited_total', { type: place.kind, what: 'quota' })
    if (used >= quota.most && !told) await tellAccount(place, quota, deps)
    const detail = `${used} of ${quota.most} today${used < quota.most ? ', the rest is for what is new' : ''}`
    return { kind: 'refused', at: now, reason: 'quota', detail, retryAfterMs: untilMidnight(now, quota.user.timeZone) }
  } catch (error) {
    deps.noteFault?.(`a quota of ${place.account}`, error)
    return { kind: 'refused', at: now, reason: 'other', detail: 'the quota of the user could not be read' }
  }
}

/** The alert comes before its mark: a crash in between raises the alert twice, which is one alert. */
async function tellAccount(
  place: QuotaPlace,
  { account, channel, user, most }: Quota,
  { table, clock, dispatchQueue }: AttemptDeps,
): Promise<void> {
  const now = clock.now()
  const alert = {
    labels: { alertname: 'TocsinQuotaUsedUp', user: user.id, channel, kind: place.kind, severity: 'warning' },
    annotations: {
      summary: `${user.id} gets nothing more by ${place.kind} today: the quota of ${most} messages is used up`,
      description: 'What the user is owed is sent tomorrow. Raise `quotas`, or give the policy a fallback.',
    },
    startsAt: now,
  }
  const recoverAfterMs = untilMidnight(now, user.timeZone)
  const { failed } = await sendAll(dispatchQueue, ownAlert(account, alert, { now, recoverAfterMs }))
  if (failed.length === 0) await noteQuotaTold(table, place, now)
}

/** On a day with a change of the clocks, an hour more or less. */
function untilMidnight(now: Millis, timeZone: string): Millis {
  const { minuteOfDay, second } = wallTime(now, timeZone)
  return 24 * HOUR - minuteOfDay * MINUTE - second * SECOND
}
