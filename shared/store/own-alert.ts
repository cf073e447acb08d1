import { finish } from '../base/steps.ts'
import type { Millis } from '../base/time.ts'
import { OWN_INTEGRATION } from '../config/config.ts'
import { alertMessages } from '../message/alert-messages.ts'
import { type AlertsReceived, MESSAGE_VERSION } from '../message/message.ts'

/** The time and the place in the order of an alert that Tocsin raises about an account. */
export interface OwnTimes {
  now: Millis
  order?: Millis
  /** The alert is over by itself after so long; 0: never. No sender repeats the alert. */
  recoverAfterMs: Millis
}

/** Messages for the queue to dispatch. Twice or late is safe: equal labels are a single alert, and the later word counts. */
export function ownAlert(
  account: string,
  alert: AlertsReceived['alerts'][number],
  { now, order, recoverAfterMs }: OwnTimes,
): { account: string; body: string }[] {
  const times = { receivedAt: now, ...(order === undefined ? {} : { order }), recoverAfterMs }
  const envelope = { v: MESSAGE_VERSION, kind: 'alerts' as const, account, ...times }
  const { messages } = finish(alertMessages({ ...envelope, integration: OWN_INTEGRATION }, [alert]))
  return messages.map((message) => ({ ...message, account }))
}
