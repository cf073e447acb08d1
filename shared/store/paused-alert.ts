import type { Millis } from '../base/time.ts'
import { FORWARD_TARGET } from '../delivery/target.ts'
import { ownAlert } from './own-alert.ts'
import type { PausedChannel } from './paused.ts'

const ALERT_NAME = 'TocsinTargetPaused'

const USER_DESCRIPTION =
  'Mend the number or the mailboxes of the user, or disable the user. A change of the user, or a replay of one of the deliveries, has it tried again.'

const DESCRIPTION =
  'Mend the receiver or remove the channel. POST /-/reload, a change of the configuration, or a replay of one of its deliveries has it tried again.'

/**
 * Messages for the queue to dispatch: the account's own alert that a channel is paused, or that the pause is over.
 * Twice or late is safe: the labels make the messages a single alert, and the later message counts.
 */
export function pausedAlert(
  account: string,
  { channel, user, kind, reason, since }: PausedChannel,
  { now, over, order }: { now: Millis; over: boolean; order?: Millis },
): { account: string; body: string }[] {
  const name = channel === FORWARD_TARGET.channel ? 'forwarding' : channel
  const alert = {
    labels: {
      alertname: ALERT_NAME,
      channel: name,
      ...(user === undefined ? {} : { user }),
      kind,
      severity: 'warning',
    },
    annotations: {
      summary: `Tocsin sends nothing more to ${user === undefined ? name : `${user} by ${name}`}: ${reason}`,
      description: user === undefined ? DESCRIPTION : USER_DESCRIPTION,
    },
    startsAt: since,
    endsAt: over ? now : undefined,
  }
  return ownAlert(account, alert, { now, order, recoverAfterMs: 0 })
}
